using System.Text.Json;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Plugins.Installed;

/// <summary>
/// Remembers which plugins are broken, and why: a small file for each, beside the kept packages. Only root writes them; everyone may
/// read them.
/// </summary>
/// <param name="configuration">Says where.</param>
public sealed class BrokenPlugins(PlugindConfiguration configuration)
{
    private const string Extension = ".broken.json";

    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>The broken plugins. A file that is damaged, or gone at this moment, is none.</summary>
    public IReadOnlyList<BrokenPlugin> List() => Directory.Exists(configuration.PackagesDir)
        ? [.. Directory.GetFiles(configuration.PackagesDir, "*" + Extension).Order(StringComparer.Ordinal).Select(Read).OfType<BrokenPlugin>()]
        : [];

    /// <summary>A broken plugin, or <c>null</c>.</summary>
    /// <param name="package">Its package's name.</param>
    public BrokenPlugin? Find(string package) => Read(PathOf(package));

    /// <summary>Marks a plugin. The mark is on the disk when this returns.</summary>
    /// <param name="plugin">The plugin.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Mark(BrokenPlugin plugin)
    {
        Directory.CreateDirectory(configuration.PackagesDir);
        // No longer than the mark's: a package's name may fill it.
        var unfinished = Path.Join(configuration.PackagesDir, plugin.Package + ".broken.new");
        using (var file = new FileStream(unfinished, FileMode.Create))
        {
            JsonSerializer.Serialize(file, plugin, BrokenPluginJsonContext.Default.BrokenPlugin);
            file.Flush(flushToDisk: true);
        }

        File.SetUnixFileMode(unfinished, Readable);
        File.Move(unfinished, PathOf(plugin.Package), overwrite: true);
    }

    /// <summary>Takes the mark away, if there is one.</summary>
    /// <param name="package">The plugin's package.</param>
    public void Clear(string package)
    {
        if (Directory.Exists(configuration.PackagesDir))
            File.Delete(PathOf(package));
    }

    private static BrokenPlugin? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(path), BrokenPluginJsonContext.Default.BrokenPlugin);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    private string PathOf(string package) => Path.Join(configuration.PackagesDir, package + Extension);
}
