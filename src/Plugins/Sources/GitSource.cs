using System.IO.Enumeration;
using System.Text;
using System.Text.RegularExpressions;
using WazoPlugind.Messages;
using WazoPlugind.Plugins.Configuration;
using WazoPlugind.Plugins.Operations;
using WazoPlugind.Plugins.Processes;

namespace WazoPlugind.Plugins.Sources;

/// <summary>Fetches plugins from git repositories with the git command, shallowly, trusting neither the repository nor its address.</summary>
/// <param name="configuration">Says which sources are allowed.</param>
/// <param name="commands">Runs git.</param>
public sealed partial class GitSource(PlugindConfiguration configuration, WorkspaceCommands commands)
{
    /// <summary>The ref that is fetched when none is asked for; where the remote has none of that name, its HEAD is.</summary>
    public const string DefaultRef = "master";

    /// <summary>Fetches one commit, without history, into the workspace's git directory (step downloading).</summary>
    /// <param name="options">The url and the ref.</param>
    /// <param name="workspace">Where to.</param>
    /// <param name="cancellationToken">Stops git.</param>
    /// <returns>The hash of what was fetched: the commit, or an annotated tag's own; or the error.</returns>
    /// <exception cref="TransientStepException">The network or the server failed.</exception>
    public async Task<StepResult<string>> FetchAsync(InstallOptions options, Workspace workspace, CancellationToken cancellationToken)
    {
        var reference = options.Ref ?? DefaultRef;
        if (GitUrl.Parse(options.Url ?? "", out var reason) is not { } url || !IsAllowed(url, out reason))
            return Refused(options, reason);
        if (!IsSafeReference(reference))
            return Refused(options, "the ref is empty, too long, begins with '-' or holds characters that git does not take in a ref");

        var environment = Environment(workspace, url);
        var result = await FetchReferenceAsync(reference);
        if (!result.Succeeded && options.Ref is null && result.Output.Contains("couldn't find remote ref", StringComparison.Ordinal))
            result = await FetchReferenceAsync("HEAD");
        if (result.Succeeded)
            return ReadFetchedCommit(workspace);

        reason = Reason(result);
        var error = OperationErrors.Command(Steps.Downloading, result, reason);
        return result.TimedOut || TransientOutput().IsMatch(result.Output) ? throw new TransientStepException(error, reason) : error;

        Task<CommandResult> FetchReferenceAsync(string name) => GitAsync(
            workspace,
            workspace.Fetcher,
            environment,
            cancellationToken,
            "--git-dir", workspace.GitDirectory, "fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--depth=1", "--", url.Address, name);
    }

    /// <summary>Asks the remote whether a commit is still what a ref stands for there; nothing is fetched.</summary>
    /// <param name="options">The url and the ref.</param>
    /// <param name="commit">The full hash of the commit.</param>
    /// <param name="workspace">Where git runs.</param>
    /// <param name="cancellationToken">Stops git.</param>
    /// <returns>Whether it is; also <c>false</c> when the remote does not say.</returns>
    public async Task<bool> StandsForAsync(InstallOptions options, string commit, Workspace workspace, CancellationToken cancellationToken)
    {
        var reference = options.Ref ?? DefaultRef;
        if (reference == commit)
            return true;
        if (GitUrl.Parse(options.Url ?? "", out _) is not { } url || !IsAllowed(url, out _) || !IsSafeReference(reference))
            return false;
        var result = await GitAsync(
            workspace, workspace.Fetcher, Environment(workspace, url), cancellationToken, "ls-remote", "--quiet", "--", url.Address, reference, reference + "^{}", "HEAD");
        if (!result.Succeeded)
            return false;
        var hashes = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('\t'))
            .Where(fields => fields.Length == 2)
            .ToLookup(fields => fields[1], fields => fields[0]);
        // In the order in which git looks for a name (gitrevisions(7)); a tag's own commit is that of the peeled name.
        var name = ((string[])[reference, $"refs/{reference}", $"refs/tags/{reference}", $"refs/heads/{reference}"]).FirstOrDefault(hashes.Contains);
        name ??= options.Ref is null ? "HEAD" : "";
        return hashes[name].Concat(hashes[name + "^{}"]).Contains(commit);
    }

    /// <summary>Lays the fetched commit out in the workspace's tree (step extracting).</summary>
    /// <param name="workspace">Where it was fetched.</param>
    /// <param name="commit">Its hash.</param>
    /// <param name="cancellationToken">Stops git.</param>
    /// <returns>What became of git.</returns>
    /// <exception cref="IOException">What was fetched cannot be handed to the user who builds.</exception>
    public async Task<CommandResult> CheckOutAsync(Workspace workspace, string commit, CancellationToken cancellationToken)
    {
        // From here on no credentials are needed, and git reads what a stranger wrote.
        workspace.HandOver();
        var result = await GitAsync(
            workspace, workspace.Builder, Environment(workspace, url: null), cancellationToken,
            "-C", workspace.Tree, "-c", "advice.detachedHead=false", "checkout", "--quiet", "--force", "--detach", commit);
        return result.Succeeded && commands.SourceProblem(workspace) is { } problem ? result with { Problem = problem } : result;
    }

    private bool IsAllowed(GitUrl url, out string reason)
    {
        var sources = configuration.Sources;
        reason = sources.Schemes.Contains(url.Protocol, StringComparer.Ordinal)
            ? "the configuration (sources.allow) does not allow this repository"
            : $"the configuration (sources.schemes) does not allow repositories by {url.Protocol}";
        return sources.Schemes.Contains(url.Protocol, StringComparer.Ordinal)
            && (sources.Allow.Count == 0
                // A way back would match a pattern and lead elsewhere.
                || !url.Address.Split('/').Contains("..")
                    && sources.Allow.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern.Replace("?", "\\?", StringComparison.Ordinal), url.Address, ignoreCase: false)));
    }

    // git check-ref-format(1), and what it takes for a hash; a leading '-' would be an option.
    private static bool IsSafeReference(string reference) => reference.Length <= 256 && Reference().IsMatch(reference);

    private static OperationError Refused(InstallOptions options, string reason) =>
        OperationErrors.Step(Steps.Downloading, InstallMethods.Git, options, reason);

    // The first field of FETCH_HEAD is the commit, or for an annotated tag the tag object, which checkout peels.
    private static StepResult<string> ReadFetchedCommit(Workspace workspace)
    {
        var fetched = Encoding.UTF8.GetString(ContainedPath.ReadFile(workspace.GitDirectory, "FETCH_HEAD", 64 * 1024));
        return fetched[..fetched.IndexOf('\t', StringComparison.Ordinal)];
    }

    private static string Reason(CommandResult result)
    {
        if (result.Problem is not null)
            return result.Problem;
        if (result.TimedOut)
            return "git took longer than it may";
        var lines = result.LastLines();
        var fatal = lines.FirstOrDefault(line => line.StartsWith("fatal: ", StringComparison.Ordinal)) ?? (lines.Count > 0 ? lines[^1] : null);
        return fatal is null ? "git failed" : "git: " + fatal.Replace("fatal: ", "", StringComparison.Ordinal);
    }

    private Task<CommandResult> GitAsync(
        Workspace workspace, UnixUser? user, Dictionary<string, string> environment, CancellationToken cancellationToken, params string[] arguments) =>
        commands.RunGitAsync(workspace, user, environment, arguments, cancellationToken);

    private static Dictionary<string, string> Environment(Workspace workspace, GitUrl? url)
    {
        var environment = new Dictionary<string, string>
        {
            ["HOME"] = url is null ? workspace.Home : workspace.FetchHome,
            ["GIT_CONFIG_NOSYSTEM"] = "1",
            ["GIT_CONFIG_GLOBAL"] = workspace.GitConfiguration,
            ["GIT_TERMINAL_PROMPT"] = "0",
            ["GIT_ASKPASS"] = "/bin/false",
            ["GIT_SSH_COMMAND"] = "ssh -oBatchMode=yes -oConnectTimeout=30",
            ["GIT_LFS_SKIP_SMUDGE"] = "1",
            ["GIT_OPTIONAL_LOCKS"] = "0",
            // A redirect from one to the other is the server's right.
            ["GIT_ALLOW_PROTOCOL"] = url?.Protocol is "http" or "https" ? "http:https" : url?.Protocol ?? "",
            ["GIT_HTTP_LOW_SPEED_LIMIT"] = "1000",
            ["GIT_HTTP_LOW_SPEED_TIME"] = "60",
        };
        if (url?.UserName is not null)
        {
            environment["GIT_ASKPASS"] = workspace.AskPass;
            environment["PLUGIND_GIT_USERNAME"] = url.UserName;
            environment["PLUGIND_GIT_PASSWORD"] = url.Password ?? "";
        }

        return environment;
    }

    [GeneratedRegex(@"\A(?![-./])(?!.*(?:\.\.|@\{|//|\.lock(?:/|\z)))[^\x00-\x20\x7F ~^:?*\[\\]+(?<![./])\z")]
    private static partial Regex Reference();

    // What git and libcurl say when the other side or the way to it failed, not the request.
    [GeneratedRegex("Could not resolve host|Connection refused|Connection reset|Connection timed out|Operation too slow|early EOF|"
        + "The requested URL returned error: (?:429|5[0-9][0-9])|unexpected disconnect|Temporary failure in name resolution|Failed to connect to")]
    private static partial Regex TransientOutput();
}
