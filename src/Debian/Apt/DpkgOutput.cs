using System.Globalization;
using System.Text.RegularExpressions;

namespace WazoPlugind.Debian.Apt;

/// <summary>Reads what dpkg writes, in the order in which it does.</summary>
public static partial class DpkgOutput
{
    /// <summary>The lines about one package, and what its own scripts wrote between them.</summary>
    /// <param name="output">The output of dpkg.</param>
    /// <param name="package">The package's name.</param>
    /// <param name="file">The package's file, where it is installed.</param>
    public static string Of(string output, string package, string? file = null)
    {
        var lines = new DpkgLines(package, file);
        return string.Concat(output.Split('\n').Where(lines.Take).Select(line => line + "\n"));
    }

    /// <summary>What a postinst exited with that failed; <c>null</c> where it was ended by a signal, or none failed.</summary>
    /// <param name="output">The output of dpkg about one package.</param>
    public static int? PostInstExitCode(string output) =>
        PostInstFailure().Match(output) is { Success: true } failure ? int.Parse(failure.Groups["code"].ValueSpan, CultureInfo.InvariantCulture) : null;

    // The last one is dpkg's: a script may write the same before it. The words around it change between releases.
    [GeneratedRegex(@"^ .*post-installation script subprocess .*exit status (?<code>[0-9]{1,3})$", RegexOptions.Multiline | RegexOptions.RightToLeft)]
    private static partial Regex PostInstFailure();
}
