using System.Text;

namespace WazoPlugind.Processes.Files;

/// <summary>Reads files that hold a secret.</summary>
public static class PrivateFile
{
    private const UnixFileMode OfOthers =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>Reads the first line of a file that nobody else may read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mayOwn">The users that may own it; where this process is not root it is its own.</param>
    /// <param name="maxSize">The most bytes that it may have.</param>
    /// <exception cref="IOException">It cannot be read, it is too large, or others may read it.</exception>
    /// <exception cref="UnauthorizedAccessException">This process may not read it.</exception>
    public static string ReadLine(string path, IReadOnlyCollection<uint>? mayOwn, int maxSize)
    {
        using var handle = LibC.OpenRegularFile(path);
        if (mayOwn is not null && !IsPrivate())
            throw new IOException("others than root may read or change it (it has to belong to root, with mode 0600)");
        using var stream = new FileStream(handle, FileAccess.Read, bufferSize: 0);
        if (stream.Length > maxSize)
            throw new IOException("it is too large");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadLine() ?? "";

        bool IsPrivate() => (File.GetUnixFileMode(handle) & OfOthers) == 0
            && (!Environment.IsPrivilegedProcess || (FileStatus.Of(handle) is { } status && mayOwn.Contains(status.Uid)));
    }
}
