using System.Buffers.Binary;
using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text;

namespace WazoPlugind.Plugins.Sources.Archive;

/// <summary>Reads a zip archive that anyone may have made (APPNOTE.TXT).</summary>
internal static class ZipEntries
{
    private const int EndLength = 22;
    private const int LongestComment = 0xFFFF;
    private const int LargestDirectory = 16 * 1024 * 1024;
    private const int LongestLink = 4096;

    private const int TypeMask = 0xF000;
    private const int Directory = 0x4000;
    private const int RegularFile = 0x8000;
    private const int Link = 0xA000;
    private const int OwnersExecute = 0x40;

    /// <summary>Its entries.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="ArchiveException">It has too many entries, or one of a kind that is not unpacked.</exception>
    public static async IAsyncEnumerable<ArchiveEntry> ReadAsync(FileStream archive, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        CheckDirectory(archive);
        await using var zip = await ZipArchive.CreateAsync(archive, ZipArchiveMode.Read, leaveOpen: true, entryNameEncoding: null, cancellationToken);
        foreach (var entry in zip.Entries)
        {
            if (entry.IsEncrypted)
                throw new ArchiveException("the archive is encrypted");
            // What was made elsewhere than on a Unix has no mode, and no links.
            var mode = (entry.ExternalAttributes >> 16) & 0xFFFF;
            await using var content = await entry.OpenAsync(cancellationToken);
            var type = TypeOf(entry, mode & TypeMask);
            yield return new ArchiveEntry(
                entry.FullName,
                type,
                (mode & OwnersExecute) != 0,
                type == TarEntryType.SymbolicLink ? await ReadLinkAsync(content, cancellationToken) : "",
                type == TarEntryType.RegularFile ? content : null);
        }
    }

    private static TarEntryType TypeOf(ZipArchiveEntry entry, int type) => type switch
    {
        _ when entry.FullName.EndsWith('/') => TarEntryType.Directory,
        0 or RegularFile => TarEntryType.RegularFile,
        Directory => TarEntryType.Directory,
        Link => TarEntryType.SymbolicLink,
        // Any that is refused.
        _ => TarEntryType.Fifo,
    };

    private static async Task<string> ReadLinkAsync(Stream content, CancellationToken cancellationToken)
    {
        var buffer = new byte[LongestLink];
        var length = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return Encoding.UTF8.GetString(buffer.AsSpan(0, length));
    }

    // The whole directory is read into memory, wherever it says to end.
    private static void CheckDirectory(FileStream archive)
    {
        var tail = new byte[(int)Math.Min(archive.Length, EndLength + LongestComment)];
        archive.Position = archive.Length - tail.Length;
        archive.ReadExactly(tail);
        archive.Position = 0;
        var end = tail.AsSpan(0, Math.Max(0, tail.Length - EndLength + 4)).LastIndexOf("PK\x05\x06"u8);
        if (end < 0)
            throw new ArchiveException("the archive has no end: it may not have come whole");
        var start = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end + 16));
        if (archive.Length - tail.Length + end - start > LargestDirectory)
            throw new ArchiveException("the archive has too many entries");
        if (start == uint.MaxValue || BinaryPrimitives.ReadUInt16LittleEndian(tail.AsSpan(end + 10)) == ushort.MaxValue)
            throw new ArchiveException("the archive has too many entries, or is too large, for a zip without its extensions (zip64)");
    }
}
