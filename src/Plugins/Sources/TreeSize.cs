using System.IO.Enumeration;

namespace WazoPlugind.Plugins.Sources;

/// <summary>Measures a directory of unknown size, no further than its limits.</summary>
internal static class TreeSize
{
    /// <summary>Whether a directory is beyond a limit. What goes away while it is measured is not counted.</summary>
    /// <param name="directory">The directory; links in it are not followed.</param>
    /// <param name="maxFiles">Files and directories that it may hold.</param>
    /// <param name="maxBytes">Bytes that its files may have.</param>
    public static bool Exceeds(string directory, int maxFiles, long maxBytes)
    {
        var entries = new FileSystemEnumerable<long>(
            directory,
            (ref FileSystemEntry entry) => entry.IsDirectory ? 0 : entry.Length,
            new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0, IgnoreInaccessible = true })
        {
            ShouldRecursePredicate = (ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) == 0,
        };
        var (files, bytes) = (0, 0L);
        foreach (var length in entries)
        {
            bytes += length;
            if (++files > maxFiles || bytes > maxBytes)
                return true;
        }

        return false;
    }
}
