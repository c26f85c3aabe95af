using WazoPlugind.Processes.Files;

namespace WazoPlugind.Debian.Database;

/// <summary>
/// Where paths really are on this machine, as far as a writer of them is concerned: behind every link to a directory, but with a
/// name of their own. <c>/bin/x</c> is <c>/usr/bin/x</c> where <c>/bin</c> is a link; the links of a moment, for one judgement.
/// </summary>
public sealed class RealPaths
{
    private readonly Dictionary<string, string> _directories = new() { ["/"] = "/" };
    private string[]? _aliased;

    /// <summary>The real path of something that may not exist.</summary>
    /// <param name="path">An absolute path without <c>.</c> and <c>..</c>.</param>
    public string Of(string path) => path == "/" ? path : Path.Join(OfDirectory(Path.GetDirectoryName(path)!), Path.GetFileName(path));

    /// <summary>Whether a real path has another name behind one of the links that a merged <c>/usr</c> has.</summary>
    /// <param name="real">The path.</param>
    public bool IsAliased(string real)
    {
        _aliased ??= [.. new DirectoryInfo("/").EnumerateDirectories().Where(link => link.LinkTarget is not null)
            .Select(link => SafePath.RealPathOfExisting(link.FullName) + "/")];
        return _aliased.Any(directory => real.StartsWith(directory, StringComparison.Ordinal));
    }

    private string OfDirectory(string directory)
    {
        if (_directories.TryGetValue(directory, out var real))
            return real;
        real = Of(directory);
        if (new FileInfo(real).LinkTarget is not null)
            real = SafePath.RealPathOfExisting(real);
        return _directories[directory] = real;
    }
}
