using System.Text;
using System.Text.RegularExpressions;
using WazoPlugind.Messages;
using WazoPlugind.Plugins.Building;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Processes;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Plugins.Sources.Git;

/// <summary>
/// Fetches plugins from git repositories with the git command, shallowly where the server can, trusting neither the repository nor its
/// address.
/// </summary>
/// <param name="git">Runs git.</param>
/// <param name="commands">Measures what came.</param>
/// <param name="hosts">Knows which hosts answer.</param>
public sealed partial class GitSource(GitCommands git, WorkspaceCommands commands, GitHosts hosts)
{
    /// <summary>The ref that is fetched when none is asked for; where the remote has none of that name, its HEAD is.</summary>
    public const string DefaultRef = "master";

    // git's own word for all of it.
    private const string WholeHistory = "--depth=2147483647";

    private const string Shallow = "--depth=1";

    private const string NotAdvertised = "Server does not allow request for unadvertised object";

    /// <summary>Fetches what a ref stands for into the workspace's git directory (step downloading).</summary>
    /// <param name="options">The url and the ref.</param>
    /// <param name="workspace">Where to.</param>
    /// <param name="cancellationToken">Stops git.</param>
    /// <returns>The hash of what was fetched: the commit, or an annotated tag's own; or the error.</returns>
    /// <exception cref="TransientStepException">The network or the server failed.</exception>
    public async Task<StepResult<string>> FetchAsync(InstallOptions options, Workspace workspace, CancellationToken cancellationToken)
    {
        if (Read(options, out var reason) is not { } url)
            return Refused(options, reason);
        if (hosts.IsWaitedFor(url.Host))
        {
            var wait = $"another fetch waits for {url.Host}, which does not answer";
            throw new TransientStepException(Refused(options, wait), wait) { IsUntried = true };
        }

        var wasSilent = hosts.IsSilent(url.Host);
        try
        {
            if (options.Ref is { } commit && FullHash().IsMatch(commit))
                return await FetchCommitAsync(options, commit, workspace, cancellationToken);
            var answer = await FetchReferenceAsync(url, options.Ref, Shallow, workspace, cancellationToken);
            return answer.Succeeded ? FetchedCommit(workspace) : await FailAsync(answer, options, workspace, cancellationToken);
        }
        catch (TransientStepException e) when (e.TimedOut && wasSilent)
        {
            return e.Error;
        }
    }

    /// <summary>
    /// Fetches a commit into the workspace's git directory. A server that gives nothing but what its refs stand for (protocol version 0,
    /// as by ssh) is asked for the ref, then for the ref's history, and where no ref is known for that of all.
    /// </summary>
    /// <param name="options">The url, and the ref that stood for the commit; perhaps the commit itself.</param>
    /// <param name="commit">The full hash of the commit.</param>
    /// <param name="workspace">Where to.</param>
    /// <param name="cancellationToken">Stops git.</param>
    /// <returns>The hash, or the error.</returns>
    /// <exception cref="TransientStepException">The network or the server failed.</exception>
    public async Task<StepResult<string>> FetchCommitAsync(
        InstallOptions options, string commit, Workspace workspace, CancellationToken cancellationToken)
    {
        if (Read(options, out var reason) is not { } url)
            return Refused(options, reason);
        var answer = await FetchAsync(url, Shallow, [commit], workspace, cancellationToken);
        if (answer.Succeeded)
            return commit;
        if (!answer.Has(NotAdvertised))
            return await FailAsync(answer, options, workspace, cancellationToken);

        foreach (var depth in options.Ref == commit ? Array.Empty<string>() : [Shallow, WholeHistory])
        {
            answer = await FetchReferenceAsync(url, options.Ref, depth, workspace, cancellationToken);
            if (answer.Succeeded && await HasAsync(commit, workspace, cancellationToken))
                return commit;
            if (!answer.Succeeded && !answer.Has(GitFailure.MissingReference))
                return await FailAsync(answer, options, workspace, cancellationToken);
        }

        answer = await FetchAsync(url, WholeHistory, ["+refs/*:refs/fetched/*"], workspace, cancellationToken);
        if (!answer.Succeeded)
            return await FailAsync(answer, options, workspace, cancellationToken);
        return await HasAsync(commit, workspace, cancellationToken)
            ? commit
            : Refused(options, $"no branch or tag of the repository has the commit {commit} in its history, and the server gives no other");
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
        // To ask one after the other of a host that does not answer would take long.
        if (Read(options, out _) is not { } url || hosts.IsSilent(url.Host))
            return false;
        var answer = await git.RunAsync(
            workspace, url, address => ["ls-remote", "--quiet", "--", address, reference, reference + "^{}", "HEAD"], cancellationToken);
        if (!answer.Succeeded)
            return false;
        var hashes = GitReferences.Of(answer.Result.Output);
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
        var result = await git.RunInTreeAsync(
            workspace, ["-c", "advice.detachedHead=false", "checkout", "--quiet", "--force", "--detach", commit], cancellationToken);
        if (result.Output.Contains("Cannot switch branch to a non-commit", StringComparison.Ordinal))
            return result with { Problem = "the ref is a tag of a directory or a file, not of a commit" };
        return result.Succeeded && commands.SourceProblem(workspace) is { } problem ? result with { Problem = problem } : result;
    }

    private GitUrl? Read(InstallOptions options, out string reason)
    {
        var url = GitUrl.Parse(options.Url ?? "", out reason);
        if (url is null)
            return null;
        reason = git.ProblemOf(url)
            ?? (IsSafeReference(options.Ref ?? DefaultRef)
                ? ""
                : "the ref is empty, too long, begins with '-' or holds characters that git does not take in a ref");
        return reason.Length == 0 ? url : null;
    }

    private async Task<GitAnswer> FetchReferenceAsync(
        GitUrl url, string? reference, string depth, Workspace workspace, CancellationToken cancellationToken)
    {
        var answer = await FetchAsync(url, depth, [reference ?? DefaultRef], workspace, cancellationToken);
        return reference is null && answer.Has(GitFailure.MissingReference)
            ? await FetchAsync(url, depth, ["HEAD"], workspace, cancellationToken)
            : answer;
    }

    private async Task<GitAnswer> FetchAsync(GitUrl url, string depth, string[] what, Workspace workspace, CancellationToken cancellationToken)
    {
        var answer = await FetchAsDeepAsync();
        if (!answer.Succeeded && LongerHashes().IsMatch(answer.Result.Output))
        {
            await git.RunLocallyAsync(workspace, ["config", "core.repositoryFormatVersion", "1"], cancellationToken);
            await git.RunLocallyAsync(workspace, ["config", "extensions.objectFormat", "sha256"], cancellationToken);
            answer = await FetchAsDeepAsync();
        }

        return answer;

        async Task<GitAnswer> FetchAsDeepAsync()
        {
            var shallow = await RunAsync([depth]);
            return !shallow.Succeeded && shallow.Has("dumb http transport does not support shallow capabilities") ? await RunAsync([]) : shallow;
        }

        Task<GitAnswer> RunAsync(string[] depths) => git.RunAsync(
            workspace,
            url,
            // One that is unpacked is not seen as it comes.
            address => ["-c", "fetch.unpackLimit=1", "fetch", "--quiet", "--no-tags", "--no-recurse-submodules", .. depths, "--", address, .. what],
            cancellationToken);
    }

    private async Task<bool> HasAsync(string commit, Workspace workspace, CancellationToken cancellationToken) =>
        (await git.RunLocallyAsync(workspace, ["cat-file", "-e", commit + "^{commit}"], cancellationToken)).Succeeded;

    private async Task<StepResult<string>> FailAsync(GitAnswer answer, InstallOptions options, Workspace workspace, CancellationToken cancellationToken)
    {
        var reason = await new GitFailure(git, workspace).ReasonOfAsync(answer, options.Ref, cancellationToken);
        var error = OperationErrors.Command(StepName.Downloading, answer.Result, reason);
        return GitFailure.IsTransient(answer)
            ? throw new TransientStepException(error, reason) { TimedOut = answer.TimedOut, RetryAfter = answer.RetryAfter }
            : error;
    }

    private static OperationError Refused(InstallOptions options, string reason) =>
        OperationErrors.Step(StepName.Downloading, InstallMethods.Git, options, reason);

    // The first field of FETCH_HEAD is the commit, or for an annotated tag the tag object, which checkout peels.
    private static StepResult<string> FetchedCommit(Workspace workspace)
    {
        var fetched = Encoding.UTF8.GetString(SafePath.ReadFile(workspace.GitDirectory, "FETCH_HEAD", 64 * 1024));
        return fetched[..fetched.IndexOf('\t', StringComparison.Ordinal)];
    }

    // git check-ref-format(1), and what it takes for a hash; a leading '-' would be an option.
    private static bool IsSafeReference(string reference) => reference.Length <= 256 && Reference().IsMatch(reference);

    [GeneratedRegex(@"\A(?![-./])(?!.*(?:\.\.|@\{|//|\.lock(?:/|\z)))[^\x00-\x20\x7F ~^:?*\[\\]+(?<![./])\z")]
    private static partial Regex Reference();

    // The other is what it says of plain files.
    [GeneratedRegex("mismatched algorithms: client sha1; server sha256|bad revision '[0-9a-f]{64}'")]
    private static partial Regex LongerHashes();

    [GeneratedRegex(@"\A(?:[0-9a-f]{40}|[0-9a-f]{64})\z")]
    private static partial Regex FullHash();
}
