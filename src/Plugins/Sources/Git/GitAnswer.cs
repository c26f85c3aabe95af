using System.Globalization;
using System.Text.RegularExpressions;
using WazoPlugind.Platform.Proxies;
using WazoPlugind.Processes;

namespace WazoPlugind.Plugins.Sources.Git;

/// <summary>What became of git, and what the last server said to it over HTTP.</summary>
public sealed partial record GitAnswer
{
    private readonly string _trace;

    /// <summary>Takes the trace of HTTP (GIT_TRACE_CURL) out of git's output.</summary>
    /// <param name="result">What became of git.</param>
    /// <param name="url">The address that was asked.</param>
    /// <param name="hadCredentials">Whether git had credentials for it.</param>
    /// <param name="isSilent">Whether git was ended because nothing came.</param>
    public GitAnswer(CommandResult result, SourceUrl url, bool hadCredentials, bool isSilent)
    {
        // What another transport lets its server say may look like it.
        _trace = url.Protocol is "http" or "https" ? result.Output : "";
        Result = result with { Output = TraceLine().Replace(result.Output, "") };
        (Url, HadCredentials) = (url, hadCredentials);
        // ssh has its own limit for a connection.
        TimedOut = isSilent || Result.Output.Contains("Connection timed out", StringComparison.Ordinal);
    }

    /// <summary>What became of git.</summary>
    public CommandResult Result { get; init; }

    /// <summary>The address that was asked, after all redirects.</summary>
    public SourceUrl Url { get; }

    /// <summary>The proxy on the way there, or <c>null</c>.</summary>
    public ProxyAddress? Proxy { get; init; }

    /// <summary>Whether git had credentials for that address.</summary>
    public bool HadCredentials { get; }

    /// <summary>Whether the other side did not answer in time.</summary>
    public bool TimedOut { get; }

    /// <summary>Whether it exited with 0.</summary>
    public bool Succeeded => Result.Succeeded;

    /// <summary>Where a server sends git instead; <c>null</c> when it answered itself.</summary>
    public string? Redirect => !Succeeded && Has("The requested URL returned error: 30") ? Header("location") : null;

    /// <summary>How long a server asks to wait.</summary>
    public TimeSpan? RetryAfter =>
        int.TryParse(Header("retry-after"), CultureInfo.InvariantCulture, out var seconds) && seconds >= 0 ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>Whether a server answered with a page for people.</summary>
    public bool IsPage => Header("content-type")?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Whether a line of git's output is none that only this service reads: of the trace of HTTP, or of a list of references.</summary>
    /// <param name="line">The line.</param>
    public static bool IsForPeople(string line) => !TraceLine().IsMatch(line) && !Reference().IsMatch(line);

    /// <summary>Whether git said something.</summary>
    /// <param name="text">What.</param>
    public bool Has(string text) => Result.Output.Contains(text, StringComparison.Ordinal);

    // The last one counts: there may have been answers before.
    private string? Header(string name) => ReceivedHeader().Matches(_trace)
        .LastOrDefault(match => match.Groups["name"].Value.Equals(name, StringComparison.OrdinalIgnoreCase))?.Groups["value"].Value;

    [GeneratedRegex(@"^[0-9:.]+ http\.c:[0-9]+ +.*\n?", RegexOptions.Multiline)]
    private static partial Regex TraceLine();

    [GeneratedRegex(@"\A(?:[0-9a-f]{40,64}|ref: \S+)\t")]
    private static partial Regex Reference();

    [GeneratedRegex(@"^[0-9:.]+ http\.c:[0-9]+ +<= Recv header: (?<name>[A-Za-z-]+): *(?<value>[^\r\n]*?)[ \r]*$", RegexOptions.Multiline)]
    private static partial Regex ReceivedHeader();
}
