using System.Text;
using System.Text.RegularExpressions;

namespace WazoPlugind.Debian.Apt;

/// <summary>Takes the output of a run of dpkg with many packages apart.</summary>
public static partial class DpkgOutput
{
    /// <summary>The lines about one package, and what its own scripts wrote between them.</summary>
    /// <param name="output">The output of dpkg.</param>
    /// <param name="package">The package's name.</param>
    /// <param name="file">The package's file.</param>
    public static string Of(string output, string package, string file)
    {
        var own = new StringBuilder();
        var isOwn = false;
        foreach (var line in output.Split('\n'))
        {
            if (Heading().Match(line) is { Success: true } heading)
                isOwn = heading.Groups["package"].Value == package || (heading.Groups["file"] is { Success: true } named && file.EndsWith(named.Value, StringComparison.Ordinal));
            if (isOwn)
                own.Append(line).Append('\n');
        }

        return own.ToString();
    }

    // dpkg's words; they are not translated, as it runs without a locale.
    [GeneratedRegex(@"\A(?:Selecting previously unselected package (?<package>\S+?)\.\z|Preparing to unpack (?:\.\.\.)?(?<file>\S+) \.\.\.|(?:Unpacking|Setting up) (?<package>[^\s:]+)[\s:]|\(Reading database|Processing triggers for )")]
    private static partial Regex Heading();
}
