using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace WazoPlugind.Debian.Archive;

/// <summary>
/// A .deb file as this service builds it (deb(5)): an ar archive of <c>debian-binary</c>, <c>control.tar.gz</c> and
/// <c>data.tar.gz</c>, in this order and nothing else. It is read to be judged; only dpkg installs it.
/// </summary>
public static class PackageFile
{
    private const int HeaderSize = 60;

    private static readonly string[] Members = ["debian-binary", "control.tar.gz", "data.tar.gz"];

    /// <summary>Finds the two archives.</summary>
    /// <param name="file">The package.</param>
    /// <exception cref="InvalidDataException">It is not such a file.</exception>
    public static (Stream Control, Stream Data) Open(FileStream file)
    {
        Span<byte> magic = stackalloc byte[8];
        file.ReadExactly(magic);
        if (!magic.SequenceEqual("!<arch>\n"u8))
            throw new InvalidDataException("it is not a Debian package");
        List<Stream> contents = [];
        foreach (var member in Members)
            contents.Add(OpenMember(file, member));
        return file.Position == file.Length ? (contents[1], contents[2]) : throw new InvalidDataException("it holds more than a Debian package does");
    }

    /// <summary>The entries of one of the archives.</summary>
    /// <param name="archive">The archive, compressed.</param>
    /// <exception cref="InvalidDataException">It is no such archive.</exception>
    public static IEnumerable<PackageEntry> Entries(Stream archive)
    {
        using var decompressed = new GZipStream(archive, CompressionMode.Decompress);
        foreach (var entry in PackageTar.Read(decompressed))
            yield return entry;
    }

    private static Member OpenMember(FileStream file, string expected)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        file.ReadExactly(header);
        var name = Encoding.ASCII.GetString(header[..16]).TrimEnd(' ', '/');
        if (name != expected
            || !long.TryParse(Encoding.ASCII.GetString(header[48..58]).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            || size > file.Length - file.Position)
        {
            throw new InvalidDataException($"it has no {expected} where one belongs");
        }

        var start = file.Position;
        // Members begin at even places.
        file.Position = Math.Min(start + size + (size & 1), file.Length);
        return new Member(file, start, size);
    }

    private sealed class Member(FileStream file, long start, long length) : ForwardStream(length)
    {
        protected override int ReadPart(Span<byte> buffer, long position) => RandomAccess.Read(file.SafeFileHandle, buffer, start + position);
    }
}
