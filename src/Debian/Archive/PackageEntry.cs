using System.Formats.Tar;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Debian.Archive;

/// <summary>A file of a package, or of its control archive.</summary>
/// <param name="Name">Its name in the archive, as <see cref="FileName"/> has it.</param>
/// <param name="EntryType">What it is.</param>
/// <param name="Mode">Its permissions.</param>
/// <param name="Uid">Its owner.</param>
/// <param name="Gid">Its group.</param>
/// <param name="Length">The bytes of its content.</param>
/// <param name="LinkName">What a link leads to.</param>
/// <param name="Content">Its content, until the next entry is asked for.</param>
public sealed record PackageEntry(
    string Name, TarEntryType EntryType, UnixFileMode Mode, long Uid, long Gid, long Length, string LinkName, Stream Content);
