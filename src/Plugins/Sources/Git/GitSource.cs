using System.Text;
using System.Text.RegularExpressions;
using WazoPlugind.Messages;
using WazoPlugind.Plugins.Building;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Plugins.Sources.Git;

/// <summary>
/// Fetches plugins from git repositories with the git command, shallowly where the server can. What it fetches is the hash of a commit,
/// or an annotated tag's own; a revision is the hash of a commit.
/// </summary>
/// <param name="policy">Says which addresses are allowed.</param>
/// <param name="git">Runs git.</param>
/// <param name="commands">Measures what came.</param>
/// <param name="hosts">Knows which hosts answer.</param>
public sealed partial class GitSource(SourcePolicy policy, GitCommands git, WorkspaceCommands commands, SourceHosts hosts) : ITreeSource
{
    /// <inheritdoc/>
    public SourceMethod Method => GitMethod.Instance;

    /// <inheritdoc/>
    public async Task<StepResult<string>> FetchAsync(InstallOptions options, string? revision, Workspace workspace, IStepProgress progress)
    {
        if (Read(options, out var reason) is not { } url)
            return StepFailure.Of(StepName.Downloading, reason);
        if (hosts.FailureOf(url) is { } untried)
            return untried;
        var wasSilent = hosts.IsSilent(url.Host);
        git.Create(workspace);
        var fetch = new GitFetch(git, url, options.Ref, workspace, progress);
        if (revision is null && options.Ref is { } commit && FullHash().IsMatch(commit))
            revision = commit;
        var result = revision is null ? await fetch.RunAsync() : await fetch.RunAsync(revision);
        // It has been tried once more.
        return result is { Failure: { Transience.TimedOut: true } failure } && wasSilent ? failure with { Transience = null } : result;
    }

    /// <inheritdoc/>
    public async Task<StepResult<string>> ExtractAsync(string fetched, Workspace workspace, IStepProgress progress)
    {
        // From here on no credentials are needed, and git reads what a stranger wrote.
        workspace.HandOver();
        var result = await git.RunInTreeAsync(
            workspace, ["-c", "advice.detachedHead=false", "checkout", "--quiet", "--force", "--detach", fetched], progress);
        if (result.Output.Contains("Cannot switch branch to a non-commit", StringComparison.Ordinal))
            result = result with { Problem = "the ref is a tag of a directory or a file, not of a commit" };
        else if (result.Succeeded)
            result = result with { Problem = commands.SourceProblem(workspace) };
        return result.Succeeded
            ? CheckedOutCommit(workspace)
            : StepFailure.Of(StepName.Extracting, result.Problem ?? "git could not check the commit out", result);
    }

    /// <summary>Asks the repositories whether what is installed is still what the ref stands for there.</summary>
    /// <inheritdoc/>
    public async Task<StepResult<IReadOnlyList<UpdateCandidate>>> FindNewerAsync(
        IReadOnlyList<UpdateCandidate> candidates, Workspace workspace, IStepProgress progress)
    {
        git.Create(workspace);
        List<UpdateCandidate> newer = [];
        foreach (var candidate in candidates)
        {
            if (candidate.Revision is not { } commit || !await StandsForAsync(candidate.Source.Options, commit, workspace, progress))
                newer.Add(candidate);
        }

        return newer;
    }

    // Also false when the remote does not say.
    private async Task<bool> StandsForAsync(InstallOptions options, string commit, Workspace workspace, IStepProgress progress)
    {
        var reference = options.Ref ?? GitMethod.DefaultRef;
        if (reference == commit)
            return true;
        // To ask one after the other of a host that does not answer would take long.
        if (progress.Remaining == TimeSpan.Zero || Read(options, out _) is not { } url || hosts.IsSilent(url.Host))
            return false;
        var answer = await git.RunAsync(
            workspace, url, address => ["ls-remote", "--quiet", "--", address, reference, reference + "^{}", "HEAD"], progress);
        if (!answer.Succeeded)
            return false;
        var hashes = GitReferences.Of(answer.Result.Output);
        // In the order in which git looks for a name (gitrevisions(7)); a tag's own commit is that of the peeled name.
        var name = ((string[])[reference, $"refs/{reference}", $"refs/tags/{reference}", $"refs/heads/{reference}"]).FirstOrDefault(hashes.Contains);
        name ??= options.Ref is null ? "HEAD" : "";
        return hashes[name].Concat(hashes[name + "^{}"]).Contains(commit);
    }

    private SourceUrl? Read(InstallOptions options, out string reason)
    {
        var url = SourceUrl.Parse(options.Url ?? "", out reason);
        if (url is null)
            return null;
        reason = policy.ProblemOf(url)
            ?? (IsSafeReference(options.Ref ?? GitMethod.DefaultRef)
                ? ""
                : "the ref is empty, too long, begins with '-' or holds characters that git does not take in a ref");
        return reason.Length == 0 ? url : null;
    }

    // A detached HEAD holds the commit itself, also where a tag was fetched.
    private static string CheckedOutCommit(Workspace workspace) =>
        Encoding.ASCII.GetString(SafePath.ReadFile(workspace.Download, "HEAD", 256)).Trim();

    // git check-ref-format(1), and what it takes for a hash; a leading '-' would be an option.
    private static bool IsSafeReference(string reference) => reference.Length <= 256 && Reference().IsMatch(reference);

    [GeneratedRegex(@"\A(?![-./])(?!.*(?:\.\.|@\{|//|\.lock(?:/|\z)))[^\x00-\x20\x7F ~^:?*\[\\]+(?<![./])\z")]
    private static partial Regex Reference();

    [GeneratedRegex(@"\A(?:[0-9a-f]{40}|[0-9a-f]{64})\z")]
    private static partial Regex FullHash();
}
