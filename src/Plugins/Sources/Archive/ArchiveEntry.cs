using System.Formats.Tar;

namespace WazoPlugind.Plugins.Sources.Archive;

/// <summary>A file of an archive, as the archive has it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">What it is.</param>
/// <param name="IsExecutable">Whether its owner may run it.</param>
/// <param name="LinkName">What a link leads to.</param>
/// <param name="Content">Its content, until the next entry is asked for; <c>null</c> for none.</param>
internal sealed record ArchiveEntry(string Name, TarEntryType Type, bool IsExecutable, string LinkName, Stream? Content);
