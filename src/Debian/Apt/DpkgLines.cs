using System.Text.RegularExpressions;

namespace WazoPlugind.Debian.Apt;

/// <summary>Tells the lines of dpkg's output about one package from the others, as they come: its own, and what its scripts write between them.</summary>
/// <param name="package">The package's name.</param>
/// <param name="file">The package's file, where it is installed.</param>
public sealed partial class DpkgLines(string package, string? file = null)
{
    private bool _isOwn;

    /// <summary>Whether the next line is about the package.</summary>
    /// <param name="line">The line.</param>
    public bool Take(string line)
    {
        if (Heading().Match(line) is { Success: true } heading)
        {
            _isOwn = heading.Groups["package"].Value == package
                || (heading.Groups["file"] is { Success: true } named && file?.EndsWith(named.Value, StringComparison.Ordinal) == true);
        }

        return _isOwn;
    }

    /// <summary>Passes the next line on, if it is about the package.</summary>
    /// <param name="line">The line.</param>
    /// <param name="printed">Is given it.</param>
    public void Print(string line, Action<string> printed)
    {
        if (Take(line))
            printed(line);
    }

    // dpkg's words; they are not translated, as it runs without a locale.
    [GeneratedRegex(@"\A(?:Selecting previously unselected package (?<package>\S+?)\.\z|Preparing to unpack (?:\.\.\.)?(?<file>\S+) \.\.\.|(?:Unpacking|Setting up|Removing|Purging configuration files for) (?<package>[^\s:]+)[\s:]|dpkg: (?:error processing package|dependency problems prevent configuration of) (?<package>[^\s:]+)[\s:]|dpkg: error processing archive (?<file>\S+) |\(Reading database|Processing triggers for |Errors were encountered while processing:)")]
    private static partial Regex Heading();
}
