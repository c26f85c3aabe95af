using System.Formats.Tar;
using System.Runtime.CompilerServices;

namespace WazoPlugind.Plugins.Sources.Archive;

/// <summary>Reads a tar archive that anyone may have made.</summary>
internal static class TarEntries
{
    /// <summary>Its entries.</summary>
    /// <param name="archive">The archive, not compressed.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="ArchiveException">An entry is of a kind that is not unpacked.</exception>
    public static async IAsyncEnumerable<ArchiveEntry> ReadAsync(Stream archive, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var reader = new TarReader(new BoundedStream(archive, budget: null));
        while (await reader.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            // What git archive writes of the commit.
            if (entry.EntryType == TarEntryType.GlobalExtendedAttributes)
                continue;
            if (entry is PaxTarEntry pax && pax.ExtendedAttributes.Keys.Any(key => key.StartsWith("GNU.sparse.", StringComparison.Ordinal)))
                throw new ArchiveException($"the archive is refused: {entry.Name} is stored with holes (tar --sparse)");
            yield return new ArchiveEntry(
                entry.Name,
                entry.EntryType is TarEntryType.V7RegularFile or TarEntryType.ContiguousFile ? TarEntryType.RegularFile : entry.EntryType,
                (entry.Mode & UnixFileMode.UserExecute) != 0,
                entry.LinkName,
                entry.DataStream);
        }
    }
}
