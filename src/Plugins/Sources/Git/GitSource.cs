using System.Text;
using System.Text.RegularExpressions;
using WazoPlugind.Messages;
using WazoPlugind.Plugins.Building;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Processes;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Plugins.Sources.Git;

/// <summary>
/// Fetches plugins from git repositories with the git command, shallowly where the server can, and lays them out as "git clone" does, for
/// builds that ask git. What it fetches is the hash of a commit, or an annotated tag's own; a revision is the hash of a commit.
/// </summary>
/// <param name="policy">Says which addresses are allowed.</param>
/// <param name="git">Runs git.</param>
/// <param name="commands">Measures what came.</param>
/// <param name="hosts">Knows which hosts answer.</param>
public sealed partial class GitSource(SourcePolicy policy, GitCommands git, WorkspaceCommands commands, SourceHosts hosts) : ITreeSource
{
    // What "git clone" leaves of a branch, with one process of git's: the rest are small files (gitrepository-layout(5)), written by the user
    // who builds, as everything is from here on.
    private const string CheckOutBranch = """
        cd "$1"
        for name in "refs/remotes/origin/$3" "refs/heads/$3"; do
            [ -d "${name%/*}" ] || mkdir -p -- "${name%/*}"
            printf '%s\n' "$4" > "$name"
        done
        printf 'ref: %s\n' "$name" > HEAD
        printf %s "$5" >> config
        exec git -C "$2" read-tree --reset -u "$4^{commit}"
        """;

    /// <inheritdoc/>
    public SourceMethod Method => GitMethod.Instance;

    /// <inheritdoc/>
    public async Task<StepResult<SourceRevision>> FetchAsync(
        InstallOptions options, SourceRevision? revision, Workspace workspace, IStepProgress progress)
    {
        if (Read(options, out var reason) is not { } url)
            return StepFailure.Of(StepName.Downloading, reason);
        if (hosts.FailureOf(url) is { } untried)
            return untried;
        var wasSilent = hosts.IsSilent(url.Host);
        git.Create(workspace, url);
        var fetch = new GitFetch(git, url, options.Ref, workspace, progress);
        if (revision is null && options.Ref is { } commit && FullHash().IsMatch(commit))
            revision = new SourceRevision(commit);
        var result = revision is null ? await fetch.RunAsync() : await fetch.RunAsync(revision);
        // It has been tried once more.
        return result is { Failure: { Transience.TimedOut: true } failure } && wasSilent ? failure with { Transience = null } : result;
    }

    /// <inheritdoc/>
    public async Task<StepResult<SourceRevision>> ExtractAsync(SourceRevision fetched, Workspace workspace, IStepProgress progress)
    {
        // From here on no credentials are needed, and git reads what a stranger wrote.
        workspace.HandOver();
        var branch = GitReferences.BranchOf(fetched.Name);
        var result = await CheckOutAsync(fetched, branch, workspace, progress);
        if (result.Output.Contains("Cannot switch branch to a non-commit", StringComparison.Ordinal))
            result = result with { Problem = "the ref is a tag of a directory or a file, not of a commit" };
        else if (result.Succeeded)
            result = result with { Problem = commands.SourceProblem(workspace) };
        if (!result.Succeeded)
            return StepFailure.Of(StepName.Extracting, result.Problem ?? "git could not check the commit out", result);
        // The commit itself, also where a tag was fetched.
        var commit = branch is null ? Encoding.ASCII.GetString(SafePath.ReadFile(workspace.Download, "HEAD", 256)).Trim() : fetched.Id;
        return new SourceRevision(commit, fetched.Name is { } name ? name with { Tag = fetched.Target == commit ? null : fetched.Target } : null);
    }

    private async Task<CommandResult> CheckOutAsync(SourceRevision fetched, string? branch, Workspace workspace, IStepProgress progress)
    {
        if (branch is not null)
        {
            return await git.RunScriptAsync(
                workspace, CheckOutBranch, [workspace.Download, workspace.Tree, branch, fetched.Id, GitRepository.ConfigurationOf(branch)], progress);
        }

        if (fetched.Name is { } tag)
        {
            // What the name stood for when the revision was recorded, whatever it does by now.
            var named = await git.RunInTreeAsync(workspace, ["update-ref", "--", tag.Ref, fetched.Target], progress);
            if (!named.Succeeded)
                return named;
        }

        return await git.RunInTreeAsync(
            workspace, ["-c", "advice.detachedHead=false", "checkout", "--quiet", "--force", "--detach", fetched.Id], progress);
    }

    /// <summary>Asks the repositories whether what is installed is still what the ref stands for there.</summary>
    /// <inheritdoc/>
    public async Task<StepResult<IReadOnlyList<UpdateCandidate>>> FindNewerAsync(
        IReadOnlyList<UpdateCandidate> candidates, Workspace workspace, IStepProgress progress)
    {
        git.Create(workspace, origin: null);
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
        // As a fetch takes it: the branch, else in the order in which git looks for a name (gitrevisions(7)); a tag's own commit is that of the peeled name.
        string[] others = options.Ref is null ? ["HEAD"] : [reference, $"refs/{reference}", $"refs/tags/{reference}"];
        var name = others.Prepend(GitReferences.Branches + reference).FirstOrDefault(hashes.Contains, "");
        return hashes[name].Concat(hashes[name + "^{}"]).Contains(commit);
    }

    private SourceUrl? Read(InstallOptions options, out string reason)
    {
        var url = SourceUrl.Parse(options.Url ?? "", out reason);
        if (url is null)
            return null;
        reason = policy.ProblemOf(url)
            ?? (GitReferences.IsSafe(options.Ref ?? GitMethod.DefaultRef)
                ? ""
                : "the ref is empty, too long, begins with '-' or holds characters that git does not take in a ref");
        return reason.Length == 0 ? url : null;
    }

    [GeneratedRegex(@"\A(?:[0-9a-f]{40}|[0-9a-f]{64})\z")]
    private static partial Regex FullHash();
}
