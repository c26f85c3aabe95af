using System.Text;
using System.Text.RegularExpressions;
using WazoPlugind.Messages;
using WazoPlugind.Plugins.Building;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Plugins.Sources.Git;

/// <summary>One fetch of a repository into the git directory.</summary>
/// <param name="git">Runs git.</param>
/// <param name="url">The repository.</param>
/// <param name="reference">The ref that is asked for, or <c>null</c> for the default.</param>
/// <param name="workspace">Where to.</param>
/// <param name="progress">Says when git has to end.</param>
internal sealed partial class GitFetch(GitCommands git, SourceUrl url, string? reference, Workspace workspace, IStepProgress progress)
{
    // git's own word for all of it.
    private const string WholeHistory = "--depth=2147483647";

    private const string Shallow = "--depth=1";

    private const string NotAdvertised = "Server does not allow request for unadvertised object";

    /// <summary>Fetches what the ref stands for: a branch, and only where there is none what else git takes it for, as "git clone --branch" does.</summary>
    /// <returns>The hash of what was fetched, which is the commit, or an annotated tag's own; and its name.</returns>
    public async Task<StepResult<SourceRevision>> RunAsync()
    {
        var answer = await FetchAsync(Shallow, GitReferences.Branches + (reference ?? GitMethod.DefaultRef));
        if (answer.Has(GitFailure.MissingReference))
            answer = await FetchAsync(Shallow, reference ?? await HeadAsync());
        return answer.Succeeded
            ? GitReferences.Fetched(Encoding.UTF8.GetString(SafePath.ReadFile(workspace.Download, "FETCH_HEAD", 64 * 1024)))
            : await FailAsync(answer);
    }

    /// <summary>
    /// Fetches a commit, with its tag. A server that gives nothing but what its refs stand for (protocol version 0, as by ssh) is asked
    /// for the ref, then for the ref's history, and where no ref is known for that of all.
    /// </summary>
    /// <param name="revision">What was fetched before; or the full hash of a commit, without a name.</param>
    /// <returns>The same; without an annotated tag that the server does not have any more.</returns>
    public async Task<StepResult<SourceRevision>> RunAsync(SourceRevision revision)
    {
        var answer = await FetchAsync(Shallow, revision.Target);
        if (answer.Succeeded)
            return revision;
        if (revision.Target != revision.Id && IsMissing(answer))
        {
            answer = await FetchAsync(Shallow, revision.Id);
            if (answer.Succeeded)
                return WithoutTag(revision);
        }

        if (!answer.Has(NotAdvertised))
            return await FailAsync(answer);

        foreach (var depth in reference == revision.Id ? Array.Empty<string>() : [Shallow, WholeHistory])
        {
            answer = await FetchAsync(depth, revision.Name?.Ref ?? reference ?? "HEAD");
            if (answer.Succeeded && await FindAsync(revision) is { } found)
                return found;
            if (!answer.Succeeded && !answer.Has(GitFailure.MissingReference))
                return await FailAsync(answer);
        }

        answer = await FetchAsync(WholeHistory, "+refs/*:refs/fetched/*");
        if (!answer.Succeeded)
            return await FailAsync(answer);
        return await FindAsync(revision) is { } any
            ? any
            : StepFailure.Of(
                StepName.Downloading,
                $"no branch or tag of the repository has the commit {revision.Id} in its history, and the server gives no other");
    }

    private static bool IsMissing(GitAnswer answer) => answer.Has(NotAdvertised) || answer.Has(GitFailure.MissingCommit);

    private static SourceRevision WithoutTag(SourceRevision revision) => revision with { Name = revision.Name! with { Tag = null } };

    private async Task<string> HeadAsync()
    {
        var answer = await git.RunAsync(workspace, url, address => ["ls-remote", "--quiet", "--symref", "--", address, "HEAD"], progress);
        return GitReferences.HeadOf(answer.Result.Output);
    }

    private async Task<GitAnswer> FetchAsync(string depth, string what)
    {
        var answer = await FetchAsDeepAsync();
        if (!answer.Succeeded && LongerHashes().IsMatch(answer.Result.Output))
        {
            await git.RunLocallyAsync(workspace, ["config", "core.repositoryFormatVersion", "1"], progress);
            await git.RunLocallyAsync(workspace, ["config", "extensions.objectFormat", "sha256"], progress);
            answer = await FetchAsDeepAsync();
        }

        return answer;

        async Task<GitAnswer> FetchAsDeepAsync()
        {
            var shallow = await RunGitAsync([depth]);
            return !shallow.Succeeded && shallow.Has("dumb http transport does not support shallow capabilities") ? await RunGitAsync([]) : shallow;
        }

        Task<GitAnswer> RunGitAsync(string[] depths) => git.RunAsync(
            workspace,
            url,
            // One that is unpacked is not seen as it comes.
            address => ["-c", "fetch.unpackLimit=1", "fetch", "--quiet", "--no-tags", "--no-recurse-submodules", .. depths, "--", address, what],
            progress);
    }

    private async Task<SourceRevision?> FindAsync(SourceRevision revision)
    {
        if (await HasAsync(revision.Target))
            return revision;
        return revision.Target != revision.Id && await HasAsync(revision.Id) ? WithoutTag(revision) : null;
    }

    private async Task<bool> HasAsync(string hash) =>
        (await git.RunLocallyAsync(workspace, ["cat-file", "-e", hash + "^{commit}"], progress)).Succeeded;

    private async Task<StepFailure> FailAsync(GitAnswer answer)
    {
        var reason = await new GitFailure(git, workspace).ReasonOfAsync(answer, reference, progress);
        return StepFailure.Command(StepName.Downloading, answer.Result, reason) with
        {
            Transience = GitFailure.IsTransient(answer)
                ? new Transience { TimedOut = answer.TimedOut, RetryAfter = answer.RetryAfter }
                : null,
        };
    }

    // The other is what it says of plain files.
    [GeneratedRegex("mismatched algorithms: client sha1; server sha256|bad revision '[0-9a-f]{64}'")]
    private static partial Regex LongerHashes();
}
