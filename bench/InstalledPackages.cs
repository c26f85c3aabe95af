using System.Diagnostics;

namespace WazoPlugind.Bench;

/// <summary>Plugins that are installed for the time of a measurement: real packages with nothing but their plugin.yml.</summary>
internal sealed class InstalledPackages : IDisposable
{
    private const string Namespace = "bench";

    private readonly List<string> _packages = [];

    public InstalledPackages(int count)
    {
        var directory = Directory.CreateTempSubdirectory("plugind-bench-").FullName;
        try
        {
            for (var i = 0; i < count; i++)
                Build(directory, $"plugin{i:00}");
            Run("dpkg", ["--install", .. _packages.Select(package => Path.Join(directory, package + ".deb"))]);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    public void Dispose() => Run("dpkg", ["--purge", .. _packages]);

    private void Build(string directory, string name)
    {
        var package = $"wazo-plugind-{name}-{Namespace}";
        var root = Path.Join(directory, package);
        var data = Directory.CreateDirectory(Path.Join(root, "usr/lib/wazo-plugind/plugins", Namespace, name, "wazo"));
        File.WriteAllText(
            Path.Join(data.FullName, "plugin.yml"),
            $"namespace: {Namespace}\nname: {name}\nversion: 1.0.0\ndisplay_name: The plugin {name}\nauthor: Bench\n"
            + "description: >\n  A plugin that does nothing,\n  described at some length.\nplugin_format_version: 1\ndebian_depends: [bash]\n");
        Directory.CreateDirectory(Path.Join(root, "DEBIAN"));
        File.WriteAllText(
            Path.Join(root, "DEBIAN/control"),
            $"Package: {package}\nVersion: 1.0.0\nSection: wazo-plugind-plugin\nArchitecture: all\nMaintainer: Bench <bench@localhost>\nDescription: bench\n");
        Run("dpkg-deb", ["--root-owner-group", "--build", root, root + ".deb"]);
        _packages.Add(package);
    }

    private static void Run(string program, IEnumerable<string> arguments)
    {
        using var process = new Process { StartInfo = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true } };
        process.Start();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}");
    }
}
