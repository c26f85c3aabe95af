using WazoPlugind.Processes.Files;

namespace WazoPlugind.Plugins.Manifest;

/// <summary>
/// What git-lfs keeps in a repository in the place of a file: a small text that says where the file is (docs/spec.md of git-lfs).
/// Nothing is fetched from there, so a package would hold the text.
/// </summary>
public static class LfsPointer
{
    // Larger ones are none: what is larger need not be read.
    private const int MaxSize = 1023;

    private static ReadOnlySpan<byte> Beginning => "version https://git-lfs.github.com/spec/v1"u8;

    /// <summary>Whether a file is a pointer.</summary>
    /// <param name="content">The file.</param>
    public static bool IsPointer(ReadOnlySpan<byte> content) => content.Length <= MaxSize && content.StartsWith(Beginning);

    /// <summary>What is wrong with a plugin that holds one, and what to do.</summary>
    /// <param name="path">The file.</param>
    public static string Problem(string path) =>
        $"{path} is only a pointer of git-lfs, from which nothing is fetched: commit the file itself (git lfs migrate export), or let rules build fetch it";

    /// <summary>The first pointer in a directory that is found; links are not followed.</summary>
    /// <param name="directory">The directory.</param>
    /// <returns>Its path below the directory, for people; <c>null</c> when there is none.</returns>
    public static string? Find(string directory)
    {
        using var top = DirectoryHandle.Open(directory);
        return top is not null && Find(top, "") is { } path ? FileName.Show(path) : null;
    }

    private static string? Find(DirectoryHandle directory, string path)
    {
        foreach (var (name, isDirectory) in directory.Entries())
        {
            var entry = path + FileName.Decode(name.AsSpan(..^1));
            if (!isDirectory && IsPointer(directory, name))
                return entry;
            using var below = isDirectory ? directory.Open(name) : null;
            if (below is not null && Find(below, entry + "/") is { } found)
                return found;
        }

        return null;
    }

    private static bool IsPointer(DirectoryHandle directory, byte[] name)
    {
        if (directory.StatusOf(name)?.Size is not (> 0 and <= MaxSize))
            return false;
        Span<byte> beginning = stackalloc byte[Beginning.Length];
        return IsPointer(beginning[..directory.ReadBeginning(name, beginning)]);
    }
}
