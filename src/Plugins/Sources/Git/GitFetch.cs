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

    /// <summary>Fetches what the ref stands for.</summary>
    /// <returns>The hash of what was fetched: the commit, or an annotated tag's own.</returns>
    public async Task<StepResult<string>> RunAsync()
    {
        var answer = await FetchReferenceAsync(Shallow);
        return answer.Succeeded ? FetchedCommit() : await FailAsync(answer);
    }

    /// <summary>
    /// Fetches a commit. A server that gives nothing but what its refs stand for (protocol version 0, as by ssh) is asked for the ref,
    /// then for the ref's history, and where no ref is known for that of all.
    /// </summary>
    /// <param name="commit">The full hash of the commit.</param>
    /// <returns>The hash.</returns>
    public async Task<StepResult<string>> RunAsync(string commit)
    {
        var answer = await FetchAsync(Shallow, [commit]);
        if (answer.Succeeded)
            return commit;
        if (!answer.Has(NotAdvertised))
            return await FailAsync(answer);

        foreach (var depth in reference == commit ? Array.Empty<string>() : [Shallow, WholeHistory])
        {
            answer = await FetchReferenceAsync(depth);
            if (answer.Succeeded && await HasAsync(commit))
                return commit;
            if (!answer.Succeeded && !answer.Has(GitFailure.MissingReference))
                return await FailAsync(answer);
        }

        answer = await FetchAsync(WholeHistory, ["+refs/*:refs/fetched/*"]);
        if (!answer.Succeeded)
            return await FailAsync(answer);
        return await HasAsync(commit)
            ? commit
            : StepFailure.Of(
                StepName.Downloading,
                $"no branch or tag of the repository has the commit {commit} in its history, and the server gives no other");
    }

    private async Task<GitAnswer> FetchReferenceAsync(string depth)
    {
        var answer = await FetchAsync(depth, [reference ?? GitMethod.DefaultRef]);
        return reference is null && answer.Has(GitFailure.MissingReference) ? await FetchAsync(depth, ["HEAD"]) : answer;
    }

    private async Task<GitAnswer> FetchAsync(string depth, string[] what)
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
            address => ["-c", "fetch.unpackLimit=1", "fetch", "--quiet", "--no-tags", "--no-recurse-submodules", .. depths, "--", address, .. what],
            progress);
    }

    private async Task<bool> HasAsync(string commit) =>
        (await git.RunLocallyAsync(workspace, ["cat-file", "-e", commit + "^{commit}"], progress)).Succeeded;

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

    // The first field of FETCH_HEAD is the commit, or for an annotated tag the tag object, which checkout peels.
    private string FetchedCommit()
    {
        var fetched = Encoding.UTF8.GetString(SafePath.ReadFile(workspace.Download, "FETCH_HEAD", 64 * 1024));
        return fetched[..fetched.IndexOf('\t', StringComparison.Ordinal)];
    }

    // The other is what it says of plain files.
    [GeneratedRegex("mismatched algorithms: client sha1; server sha256|bad revision '[0-9a-f]{64}'")]
    private static partial Regex LongerHashes();
}
