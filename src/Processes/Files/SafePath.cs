
namespace WazoPlugind.Processes.Files;

/// <summary>Paths inside a directory whose content is not trusted.</summary>
public static class SafePath
{
    /// <summary>The real path of something below a directory, with every symbolic link on the way followed.</summary>
    /// <param name="root">The directory.</param>
    /// <param name="relativePath">A path of unknown origin.</param>
    /// <returns>The path, or <c>null</c> when it is absolute, leaves the directory, or does not exist.</returns>
    public static string? Resolve(string root, string relativePath)
    {
        if (Path.IsPathRooted(relativePath) || relativePath.Contains('\0', StringComparison.Ordinal))
            return null;
        var realRoot = RealPath(Path.GetFullPath(root));
        if (realRoot is null)
            return null;
        var real = RealPath(Path.Combine(realRoot, relativePath));
        return real is not null && (real == realRoot || real.StartsWith(realRoot + "/", StringComparison.Ordinal)) ? real : null;
    }

    /// <summary>The real path of something of which only a beginning may exist yet.</summary>
    /// <param name="path">An absolute path.</param>
    public static string RealPathOfExisting(string path) =>
        RealPath(path) ?? Path.Join(RealPathOfExisting(Path.GetDirectoryName(path)!), Path.GetFileName(path));

    /// <summary>Reads a regular file below a directory.</summary>
    /// <param name="root">The directory.</param>
    /// <param name="relativePath">A path of unknown origin.</param>
    /// <param name="maxSize">The most bytes that it may have.</param>
    /// <exception cref="IOException">It does not exist, leaves the directory, is not a regular file, is too large, or cannot be read.</exception>
    public static byte[] ReadFile(string root, string relativePath, int maxSize)
    {
        var path = Resolve(root, relativePath) ?? throw new FileNotFoundException("no such file inside the plugin");
        using var stream = new FileStream(LibC.OpenRegularFile(path), FileAccess.Read, bufferSize: 0);
        var buffer = new byte[Math.Min(stream.Length, maxSize) + 1];
        var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        return length <= maxSize ? buffer[..length] : throw new IOException($"larger than {maxSize} bytes");
    }

    // The kernel's own limit on links in one path.
    private static string? RealPath(string path, int links = 40)
    {
        var real = "/";
        foreach (var segment in path.Split('/'))
        {
            switch (segment)
            {
                case "" or ".":
                    continue;
                case "..":
                    real = Path.GetDirectoryName(real) ?? "/";
                    continue;
            }

            var next = Path.Join(real, segment);
            FileSystemInfo info = new FileInfo(next);
            if (info.LinkTarget is { } target)
            {
                if (links-- == 0)
                    return null;
                var resolved = RealPath(Path.IsPathRooted(target) ? target : Path.Join(real, target), links);
                if (resolved is null)
                    return null;
                real = resolved;
            }
            else if (Path.Exists(next))
            {
                real = next;
            }
            else
            {
                return null;
            }
        }

        return real;
    }
}
