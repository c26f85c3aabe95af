using System.Globalization;
using System.Text.RegularExpressions;

namespace WazoPlugind.Debian.Apt;

/// <summary>What apt-get would do.</summary>
/// <param name="Packages">What would be installed, updated and removed, in the order in which it would be.</param>
/// <param name="DownloadBytes">What it would download.</param>
public sealed partial record AptChanges(IReadOnlyList<AptChange> Packages, long DownloadBytes)
{
    /// <summary>None.</summary>
    public static AptChanges None { get; } = new([], 0);

    /// <summary>Reads what apt-get says.</summary>
    /// <param name="simulation">The output of <c>--simulate</c>.</param>
    /// <param name="addresses">The output of <c>--print-uris</c>.</param>
    public static AptChanges Of(string simulation, string addresses) => new(
        [.. Change().Matches(simulation).Select(change => new AptChange(change.Groups["name"].Value, Text(change, "old"), Text(change, "new")))],
        Download().Matches(addresses).Sum(download => long.Parse(download.Groups["size"].Value, CultureInfo.InvariantCulture)));

    private static string? Text(Match match, string group) => match.Groups[group] is { Success: true, Value: var text } ? text : null;

    // "Inst cowsay [3.02] (3.03+dfsg2-8 Debian:12.15/oldstable [all])", "Remv sl [5.02-1+b1]", as apt-get(8) has it.
    [GeneratedRegex(@"^(?:Inst (?<name>\S+)(?: \[(?<old>[^]\s]+)\])? \((?<new>\S+) |(?:Remv|Purg) (?<name>\S+)(?: \[(?<old>[^]\s]+)\])?)", RegexOptions.Multiline)]
    private static partial Regex Change();

    // "'http://deb.debian.org/debian/pool/main/s/sl/sl_5.02-1%2bb1_amd64.deb' sl_5.02-1+b1_amd64.deb 13172 MD5Sum:…"
    [GeneratedRegex(@"^'[^']*' \S+ (?<size>[0-9]{1,18}) ", RegexOptions.Multiline)]
    private static partial Regex Download();
}
