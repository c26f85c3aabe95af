using System.Formats.Tar;
using System.Text;

namespace WazoPlugind.Plugins.Sources.Archive;

/// <summary>The names of what an archive holds: whatever it is unpacked by, nothing gets outside, or is more than files, directories and links.</summary>
/// <param name="budget">Says how many there may be.</param>
internal sealed class ArchiveTree(ArchiveBudget budget)
{
    // NAME_MAX and PATH_MAX, with room for the tree's own place.
    private const int LongestSegment = 255;
    private const int LongestName = 3800;

    private readonly Dictionary<string, TarEntryType> _types = [];

    /// <summary>Whether there is anything.</summary>
    public bool IsEmpty => _types.Count == 0;

    /// <summary>Takes an entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <returns>The entry as it is unpacked; <c>null</c> for the tree itself.</returns>
    /// <exception cref="ArchiveException">It is refused.</exception>
    public ArchiveEntry? Add(ArchiveEntry entry)
    {
        var segments = SegmentsOf(entry.Name);
        if (segments.Length == 0)
            return entry.Type == TarEntryType.Directory ? null : throw Refused(entry, "has no name");
        for (var depth = 1; depth < segments.Length; depth++)
        {
            var parent = string.Join('/', segments[..depth]);
            if (_types.TryAdd(parent, TarEntryType.Directory))
                CheckCount();
            else if (_types[parent] != TarEntryType.Directory)
                throw Refused(entry, $"is in {parent}, which is no directory");
        }

        var name = string.Join('/', segments);
        var link = entry.Type switch
        {
            TarEntryType.RegularFile or TarEntryType.Directory => "",
            TarEntryType.SymbolicLink => TargetOf(entry, segments.Length - 1),
            TarEntryType.HardLink => OriginalOf(entry),
            _ => throw Refused(entry, "is neither a file nor a directory nor a link"),
        };
        if (_types.TryAdd(name, entry.Type))
            CheckCount();
        else if (entry.Type != TarEntryType.Directory || _types[name] != TarEntryType.Directory)
            throw Refused(entry, "is there twice");
        return entry with { Name = name, LinkName = link };
    }

    private static string[] SegmentsOf(string name)
    {
        var segments = name.Split('/').Where(segment => segment is not ("" or ".")).ToArray();
        var problem = name switch
        {
            _ when name.StartsWith('/') => "has an absolute name",
            _ when segments.Contains("..") => "leads out of the archive",
            _ when name.Contains('\0') || name.Contains('\uFFFD') => "has a name that is no UTF-8",
            _ when Encoding.UTF8.GetByteCount(name) > LongestName || segments.Any(segment => Encoding.UTF8.GetByteCount(segment) > LongestSegment) =>
                "has a name that is too long",
            _ => null,
        };
        return problem is null ? segments : throw Refused(name, problem);
    }

    // Upwards only at first, and from directories: then no link on the way leads further up than its own name says.
    private static string TargetOf(ArchiveEntry entry, int depth)
    {
        var target = entry.LinkName;
        var segments = target.Split('/').Where(segment => segment is not ("" or ".")).ToList();
        var up = segments.TakeWhile(segment => segment == "..").Count();
        if (target.Length == 0 || target.StartsWith('/') || up > depth || segments.Skip(up).Contains(".."))
            throw Refused(entry, "is a link that leads, or may lead, out of the archive");
        return target.Contains('\0') || target.Contains('\uFFFD') || Encoding.UTF8.GetByteCount(target) > LongestName
            ? throw Refused(entry, "is a link whose target is too long, or no UTF-8")
            : target;
    }

    private string OriginalOf(ArchiveEntry entry)
    {
        var original = string.Join('/', SegmentsOf(entry.LinkName));
        return _types.TryGetValue(original, out var type) && type is TarEntryType.RegularFile or TarEntryType.HardLink
            ? original
            : throw Refused(entry, "is a hard link to what is no file of the archive");
    }

    private void CheckCount()
    {
        if (_types.Count > budget.Files)
            throw new ArchiveException(budget.TooLarge);
    }

    private static ArchiveException Refused(ArchiveEntry entry, string problem) => Refused(entry.Name, problem);

    private static ArchiveException Refused(string name, string problem)
    {
        const int shown = 200;
        var text = string.Concat(name.Select(character => char.IsControl(character) ? '\uFFFD' : character));
        return new ArchiveException($"the archive is refused: {(text.Length > shown ? text[..shown] + "…" : text)} {problem}");
    }
}
