
namespace WazoPlugind.Processes.Files;

/// <summary>Measures a directory of unknown size, no further than its limits.</summary>
public static class TreeSize
{
    /// <summary>Whether a directory is beyond a limit. What goes away while it is measured is not counted.</summary>
    /// <param name="directory">The directory; links in it are not followed.</param>
    /// <param name="maxFiles">Files and directories that it may hold.</param>
    /// <param name="maxBytes">Bytes that its files may have.</param>
    public static bool Exceeds(string directory, int maxFiles, long maxBytes)
    {
        using var top = DirectoryHandle.Open(directory);
        var (files, bytes) = (0, 0L);
        foreach (var (parent, name, isDirectory) in top?.Descendants() ?? [])
        {
            bytes += isDirectory ? 0 : parent.StatusOf(name)?.Size ?? 0;
            if (++files > maxFiles || bytes > maxBytes)
                return true;
        }

        return false;
    }
}
