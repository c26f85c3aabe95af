using System.Security.Cryptography;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Building;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Processes;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Plugins.Sources.Archive;

/// <summary>
/// Fetches plugins from archives, by https or from this machine. The hash that the request names is the revision: nobody can put
/// another file in its place, and there is never anything newer.
/// </summary>
/// <param name="configuration">Says the limits, and where a manifest is.</param>
/// <param name="policy">Says which addresses are allowed.</param>
/// <param name="hosts">Knows which hosts answer.</param>
/// <param name="download">Downloads.</param>
/// <param name="unpacker">Unpacks.</param>
/// <param name="commands">Copies from this machine.</param>
public sealed class ArchiveSource(
    PlugindConfiguration configuration,
    SourcePolicy policy,
    SourceHosts hosts,
    ArchiveDownload download,
    ArchiveUnpacker unpacker,
    WorkspaceCommands commands)
    : ITreeSource
{
    private const int BufferSize = 64 * 1024;

    private const string CopyScript = """
        if [ ! -f "$1" ] || [ ! -r "$1" ]; then exit 66; fi
        exec cp -- "$1" "$2"
        """;

    private const int NoFile = 66;

    /// <inheritdoc/>
    public SourceMethod Method => ArchiveMethod.Instance;

    /// <inheritdoc/>
    public async Task<StepResult<SourceRevision>> FetchAsync(
        InstallOptions options, SourceRevision? revision, Workspace workspace, IStepProgress progress)
    {
        if (Read(options, out var reason) is not { } url)
            return Failed(reason);
        if (hosts.FailureOf(url) is { } untried)
            return untried;
        workspace.Create();
        var target = FileOf(workspace);
        string? hash = null;
        try
        {
            var failure = url.Protocol == "file"
                ? await CopyAsync(url, SaveAsync, workspace, progress)
                : await download.RunAsync(url, SaveAsync, progress);
            if (failure is not null)
                return failure;
        }
        catch (ArchiveException e)
        {
            return Failed(e.Message);
        }

        var expected = (revision?.Id ?? options.Sha256!).ToLowerInvariant();
        return hash == expected ? new SourceRevision(expected) : Failed($"the file has the SHA-256 {hash}, not {expected}");

        // What is hashed here is what is unpacked: it is this process's own.
        async Task SaveAsync(Stream content, SilenceLimit? silence)
        {
            var bounded = new BoundedStream(content, new ArchiveBudget(configuration.Limits, commands, workspace), silence);
            await using var file = new FileStream(target, FileMode.Create, FileAccess.ReadWrite);
            await bounded.CopyToAsync(file, BufferSize, progress.Cancellation);
            file.Position = 0;
            hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, progress.Cancellation));
        }
    }

    /// <inheritdoc/>
    public async Task<StepResult<SourceRevision>> ExtractAsync(SourceRevision fetched, Workspace workspace, IStepProgress progress)
    {
        if (await unpacker.RunAsync(FileOf(workspace), workspace, progress) is { } failure)
            return failure;
        File.Delete(FileOf(workspace));
        return fetched;
    }

    /// <summary>The only directory of an archive is its root, as in those that hosts of repositories make; but not where the plugin is beside it.</summary>
    /// <inheritdoc/>
    public string RootOf(InstallOptions options, Workspace workspace)
    {
        if (SafePath.Resolve(workspace.Tree, Path.Join(options.Subdirectory, configuration.DefaultMetadataFilename)) is not null)
            return workspace.Tree;
        return Directory.GetFileSystemEntries(workspace.Tree) is [var only] && FileStatus.Of(only) is { IsDirectory: true } ? only : workspace.Tree;
    }

    /// <inheritdoc/>
    public Task<StepResult<IReadOnlyList<UpdateCandidate>>> FindNewerAsync(
        IReadOnlyList<UpdateCandidate> candidates, Workspace workspace, IStepProgress progress) =>
        Task.FromResult<StepResult<IReadOnlyList<UpdateCandidate>>>(new List<UpdateCandidate>());

    private static string FileOf(Workspace workspace) => Path.Join(workspace.Root, "archive");

    private static StepFailure Failed(string reason, CommandResult? result = null) => StepFailure.Of(StepName.Downloading, reason, result);

    private SourceUrl? Read(InstallOptions options, out string reason)
    {
        var url = SourceUrl.Parse(options.Url ?? "", out reason);
        if (url is null)
            return null;
        if (url.Protocol is not ("https" or "file"))
            reason = "an archive comes by https, or from a file of this machine";
        else if (!ArchiveMethod.IsSha256(options.Sha256))
            reason = "the sha256 is not a SHA-256 in hexadecimal digits";
        else
            reason = policy.ProblemOf(url) ?? "";
        return reason.Length == 0 ? url : null;
    }

    // As the user who fetches: what that one may not read is nobody's business here.
    private async Task<StepFailure?> CopyAsync(SourceUrl url, Func<Stream, SilenceLimit?, Task> save, Workspace workspace, IStepProgress progress)
    {
        var source = url.Address.StartsWith('/') ? url.Address : Uri.UnescapeDataString(new Uri(url.Address).AbsolutePath);
        var copy = Path.Join(workspace.Download, "archive");
        var command = new Command("sh", "-e", "-c", CopyScript, "copy", source, copy)
        {
            User = workspace.Fetcher,
            Environment = new Dictionary<string, string> { ["HOME"] = workspace.FetchHome },
        };
        var result = await commands.RunSourceAsync(workspace, command, problem: null, progress);
        if (!result.Succeeded)
        {
            var user = workspace.Fetcher?.Name ?? Environment.UserName;
            return Failed(
                result.Problem ?? (result.ExitCode == NoFile
                    ? $"{url} is no file, or one that the user {user}, as whom sources are fetched, may not read"
                    : $"{url} cannot be copied"),
                result.ExitCode == NoFile ? null : result);
        }

        await using (var file = new FileStream(LibC.OpenRegularFile(copy), FileAccess.Read))
            await save(file, null);
        File.Delete(copy);
        return null;
    }
}
