using System.Text.RegularExpressions;
using WazoPlugind.Platform.Proxies;
using WazoPlugind.Plugins.Building;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Processes;

namespace WazoPlugind.Plugins.Sources.Git;

/// <summary>Says why git failed: what an administrator can do about it, then git's own words.</summary>
/// <param name="git">Is asked again where git's words do not tell.</param>
/// <param name="workspace">Where git runs.</param>
internal sealed partial class GitFailure(GitCommands git, Workspace workspace)
{
    /// <summary>What git says when there is no such ref.</summary>
    public const string MissingReference = "couldn't find remote ref";

    /// <summary>What git says when the server has no object of a hash.</summary>
    public const string MissingCommit = "not our ref";

    /// <summary>Whether the other side or the way to it failed, not the request.</summary>
    /// <param name="answer">What became of git.</param>
    public static bool IsTransient(GitAnswer answer) =>
        answer.TimedOut || (answer.Result.Problem is null && IsFault(answer));

    /// <summary>Why, in a line of our own, and git's.</summary>
    /// <param name="answer">What became of git.</param>
    /// <param name="reference">The ref that was asked for, or <c>null</c>.</param>
    /// <param name="progress">Says when git has to end.</param>
    public async Task<string> ReasonOfAsync(GitAnswer answer, string? reference, IStepProgress progress)
    {
        if (answer.Result.Problem is { } problem)
            return problem;
        var own = await OwnWordsAsync(answer, reference, progress);
        return string.Join('\n', ((string?[])[own, GitWords(answer.Result)]).OfType<string>());
    }

    private static bool IsFault(GitAnswer answer) => Fault().IsMatch(answer.Result.Output)
        // A server of git's own protocol that hangs up leaves nothing else to say.
        || (answer.Url.Protocol == "git" && GitWords(answer.Result) == "git: Could not read from remote repository.");

    private static string? GitWords(CommandResult result)
    {
        var lines = result.LastLines();
        var line = lines.FirstOrDefault(line => line.StartsWith("fatal: ", StringComparison.Ordinal)) ?? (lines.Count > 0 ? lines[^1] : null);
        return line is null ? null : "git: " + line.Replace("fatal: ", "", StringComparison.Ordinal);
    }

    private async Task<string?> OwnWordsAsync(GitAnswer answer, string? reference, IStepProgress progress)
    {
        var (url, user) = (answer.Url, workspace.Fetcher?.Name ?? Environment.UserName);
        if (answer.Result.TimedOut)
            return "git took longer than a step may (worker.step_timeout)";
        if (answer.TimedOut)
            return $"no connection with {ProxyAddress.WayTo(url.Host, answer.Proxy)} came about in time";
        if (answer.Proxy is { } proxy && ProxyWords(answer, proxy) is { } words)
            return words;
        if (answer.Has("could not read Username for") || answer.Has("could not read Password for"))
            return $"{url.Host} wants credentials, and there are none for it: {SourceCredentials.HowToSignIn}";
        if (answer.Has("Authentication failed for"))
            return $"{url.Host} refuses the credentials: {SourceCredentials.HowToSignIn}";
        if (answer.Has("server certificate verification failed"))
            return await ServerCertificate.ProblemOfAsync(url, git.Proxies, progress.Cancellation);
        if (answer.Has("does not match target host name"))
            return $"the certificate of {url.Host} is for another name: the url has to have a name that is in it";
        if (answer.Has(MissingReference))
            return await MissingReferenceAsync(answer, reference, progress);
        if (answer.Has(MissingCommit))
            return "the repository has no commit of that hash";
        if (url.Protocol == "file" && answer.Has("does not appear to be a git repository"))
            return $"{url} is no git repository, or one that the user {user}, as whom git runs, may not read";
        if (url.Protocol == "ssh")
            return await new SshFailure(git, workspace, user).OwnWordsAsync(answer, progress);
        if (answer.Has("' not found"))
            return $"{url.Host} has no such repository, or one that it shows to nobody without credentials: {SourceCredentials.HowToSignIn}";
        return answer.IsPage && url.Protocol is "http" or "https" && !IsFault(answer) ? PageReason(answer) : null;
    }

    // What curl says of a proxy: with one there is a connection with it alone.
    private static string? ProxyWords(GitAnswer answer, ProxyAddress proxy)
    {
        var output = answer.Result.Output;
        if (ProxyStatus().Match(output) is { Success: true } match)
            return match.Groups["status"].Value == "407" ? proxy.Refusal : $"the proxy {proxy} answers {match.Groups["status"].Value}";
        if (answer.Has("No authentication method was acceptable") || answer.Has("User was rejected by the SOCKS5 server"))
            return proxy.Refusal;
        return ProxyFault().IsMatch(output) ? proxy.Absence : null;
    }

    private static string PageReason(GitAnswer answer) =>
        $"{ProxyAddress.WayTo(answer.Url.Host, answer.Proxy)} answers with a web page, not with a git repository: perhaps the address is that of another page, or one has to sign in";

    private async Task<string> MissingReferenceAsync(GitAnswer answer, string? reference, IStepProgress progress)
    {
        const int shown = 10;
        var remote = await git.RunAsync(workspace, answer.Url, address => ["ls-remote", "--quiet", "--", address], progress);
        var names = GitReferences.Of(remote.Result.Output).Select(reference => reference.Key)
            .Where(name => !name.EndsWith("^{}", StringComparison.Ordinal))
            .Select(name => PrefixOfName().Replace(name, ""))
            .ToList();
        if (names.Count == 0)
            return answer.IsPage || remote.IsPage ? PageReason(answer) : "the repository is empty: it has no branch and no tag";
        var has = $"it has {string.Join(", ", names.Where(name => name != "HEAD").Take(shown))}{(names.Count > shown ? ", …" : "")}";
        return reference is null
            ? $"the repository has no branch {GitMethod.DefaultRef}, and its HEAD points to a branch that there is not: say a ref; {has}"
            : $"the repository has no branch or tag {reference}; {has}";
    }

    // What git and libcurl say when the other side or the way to it failed, not the request.
    [GeneratedRegex("Could not resolve host|Connection refused|Connection reset|Connection timed out|early EOF|Empty reply from server|"
        + "The requested URL returned error: (?:408|429|5[0-9][0-9])|unexpected disconnect|the remote end hung up|"
        + "Temporary failure in name resolution|Could not resolve proxy|CONNECT tunnel failed, response 5|Received HTTP code 5|complete SOCKS5 connection|Failed to connect to|non-properly terminated|transfer closed with|Connection closed by|"
        + "Connection to .* closed by remote host|kex_exchange_identification|Network is unreachable|No route to host|unable to look up")]
    private static partial Regex Fault();

    // To CONNECT, in the words of curl's releases; or to what it was to ask for.
    [GeneratedRegex("(?:CONNECT tunnel failed, response|Received HTTP code) (?<status>[0-9]{3})|The requested URL returned error: (?<status>407)")]
    private static partial Regex ProxyStatus();

    [GeneratedRegex("Could not resolve proxy|Failed to connect to|Connection refused|Connection reset|Proxy CONNECT aborted|SOCKS5 (?:connection|server|response)")]
    private static partial Regex ProxyFault();

    [GeneratedRegex(@"\Arefs/(?:heads|tags)/")]
    private static partial Regex PrefixOfName();
}
