using System.Globalization;

namespace WazoPlugind.Processes;

/// <summary>What the kernel tells of a process (proc(5)). One that ends meanwhile tells nothing.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">The name of its program, cut to fifteen characters.</param>
public sealed record ProcessTree(int Id, string Name)
{
    private const string Socket = "socket:[";

    /// <summary>The bytes that it has read, from sockets only by read(2).</summary>
    public long BytesRead => Lines($"/proc/{Id}/io")
        .Where(line => line.StartsWith("rchar: ", StringComparison.Ordinal))
        .Select(line => long.Parse(line["rchar: ".Length..], CultureInfo.InvariantCulture))
        .FirstOrDefault();

    /// <summary>The inodes of its sockets.</summary>
    public IReadOnlyCollection<string> Sockets
    {
        get
        {
            try
            {
                return [.. new DirectoryInfo($"/proc/{Id}/fd").EnumerateFileSystemInfos()
                    .Select(descriptor => descriptor.LinkTarget ?? "")
                    .Where(target => target.StartsWith(Socket, StringComparison.Ordinal))
                    .Select(target => target[Socket.Length..^1])];
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return [];
            }
        }
    }

    /// <summary>A process, and all that it has started and that still has a parent.</summary>
    /// <param name="id">Its id.</param>
    public static IReadOnlyList<ProcessTree> Of(int id)
    {
        if (Lines($"/proc/{id}/comm") is not [var name, ..])
            return [];
        var children = Lines($"/proc/{id}/task/{id}/children").SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return [new ProcessTree(id, name), .. children.SelectMany(child => Of(int.Parse(child, CultureInfo.InvariantCulture)))];
    }

    /// <summary>The lines of a file of the kernel; none when its process has ended or is another user's.</summary>
    /// <param name="file">The file.</param>
    public static IReadOnlyList<string> Lines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
