using System.Formats.Tar;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Debian.Archive;

/// <summary>
/// Reads a tar archive as dpkg does (deb(5), tar(5)): old, ustar and GNU headers with GNU's long names, and nothing else, as another
/// reading of the same bytes would be another package. Names are bytes; .NET's reader takes them for text.
/// </summary>
public static class PackageTar
{
    private const int BlockSize = 512;
    private const int LongestName = 64 * 1024;
    private const char LongName = 'L';
    private const char LongLink = 'K';

    private const string Damaged = "it is damaged";

    /// <summary>The entries of an archive.</summary>
    /// <param name="archive">The archive, not compressed.</param>
    /// <exception cref="InvalidDataException">It is no such archive.</exception>
    /// <exception cref="EndOfStreamException">It ends in the middle of an entry.</exception>
    public static IEnumerable<PackageEntry> Read(Stream archive)
    {
        var header = new byte[BlockSize];
        string? longName = null, longLink = null;
        while (ReadHeader(archive, header))
        {
            var (type, size) = ((char)header[156], Number(header.AsSpan(124, 12)));
            using var content = new Content(archive, size);
            if (type is LongName or LongLink)
            {
                if (size > LongestName)
                    throw new InvalidDataException(Damaged);
                var bytes = new byte[size];
                content.ReadExactly(bytes);
                (longName, longLink) = type == LongName ? (Text(bytes), longLink) : (longName, Text(bytes));
            }
            else
            {
                var name = longName ?? NameOf(header);
                yield return new PackageEntry(
                    name,
                    TypeOf(type, name),
                    (UnixFileMode)(Number(header.AsSpan(100, 8)) & 0xFFF),
                    Number(header.AsSpan(108, 8)),
                    Number(header.AsSpan(116, 8)),
                    size,
                    longLink ?? Text(header.AsSpan(157, 100)),
                    content);
                (longName, longLink) = (null, null);
            }

            Skip(archive, size - content.Position + (BlockSize - size % BlockSize) % BlockSize);
        }
    }

    // An archive ends with blocks of zeros, or without.
    private static bool ReadHeader(Stream archive, byte[] header)
    {
        var count = archive.ReadAtLeast(header, BlockSize, throwOnEndOfStream: false);
        if (count == 0 || !header.AsSpan(0, count).ContainsAnyExcept((byte)0))
            return false;
        if (count < BlockSize)
            throw new EndOfStreamException();
        var sum = header.Sum(value => value) - header[148..156].Sum(value => value) + 8 * ' ';
        return sum == Number(header.AsSpan(148, 8)) ? true : throw new InvalidDataException(Damaged);
    }

    private static string NameOf(byte[] header)
    {
        var (name, prefix) = (Text(header.AsSpan(0, 100)), Text(header.AsSpan(345, 155)));
        return prefix.Length > 0 && header.AsSpan(257, 8).SequenceEqual("ustar\000"u8) ? $"{prefix}/{name}" : name;
    }

    private static TarEntryType TypeOf(char type, string name) => type switch
    {
        // As it was before there was a type for directories.
        '\0' or '0' when name.EndsWith('/') => TarEntryType.Directory,
        '\0' or '0' or '1' or '2' or '3' or '4' or '5' or '6' or '7' => type == '\0' ? TarEntryType.RegularFile : (TarEntryType)type,
        _ => throw new InvalidDataException("its files are archived in a way that dpkg does not read"),
    };

    private static string Text(ReadOnlySpan<byte> field) => FileName.Decode(field.IndexOf((byte)0) is var end and >= 0 ? field[..end] : field);

    // Octal digits between blanks, or with the first bit set a number of as many bytes as there are (GNU).
    private static long Number(ReadOnlySpan<byte> field)
    {
        var number = 0L;
        if ((field[0] & 0x80) != 0)
        {
            foreach (var value in field[1..])
                number = number <= long.MaxValue >> 8 && field[0] == 0x80 ? (number << 8) | value : throw new InvalidDataException(Damaged);
            return number;
        }

        foreach (var digit in field.Trim(" \0"u8))
            number = digit is >= (byte)'0' and <= (byte)'7' ? (number << 3) | (uint)(digit - '0') : throw new InvalidDataException(Damaged);
        return number;
    }

    private static void Skip(Stream archive, long count)
    {
        Span<byte> buffer = stackalloc byte[4096];
        while (count > 0)
        {
            var read = archive.Read(buffer[..(int)Math.Min(buffer.Length, count)]);
            count -= read > 0 ? read : throw new EndOfStreamException();
        }
    }

    private sealed class Content(Stream archive, long length) : ForwardStream(length)
    {
        protected override int ReadPart(Span<byte> buffer, long position) => archive.Read(buffer);
    }
}
