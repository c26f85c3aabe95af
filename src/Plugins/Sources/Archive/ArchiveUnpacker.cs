using System.Formats.Tar;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Building;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Processes;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Plugins.Sources.Archive;

/// <summary>
/// Unpacks archives: the user who builds decompresses them, this process reads what came of it and writes it anew, with nothing in it
/// that could do harm, and that user unpacks this.
/// </summary>
/// <param name="configuration">Says the limits.</param>
/// <param name="commands">Runs the commands.</param>
public sealed class ArchiveUnpacker(PlugindConfiguration configuration, WorkspaceCommands commands)
{
    private const UnixFileMode OfFile = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const UnixFileMode OfProgram = OfFile | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private static readonly byte[] Gzip = [0x1F, 0x8B];
    private static readonly byte[] Xz = [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00];
    private static readonly byte[] Zip = "PK\x03\x04"u8.ToArray();

    /// <summary>Unpacks an archive into the tree (step extracting).</summary>
    /// <param name="archive">The archive, a file of this process's own.</param>
    /// <param name="workspace">The work directories.</param>
    /// <param name="progress">Says when to stop.</param>
    /// <returns>What went wrong, or <c>null</c>.</returns>
    public async Task<StepFailure?> RunAsync(string archive, Workspace workspace, IStepProgress progress)
    {
        var clean = Path.Join(workspace.Root, "clean.tar");
        try
        {
            var source = archive;
            if (Decompressor(archive) is { } program)
            {
                source = Path.Join(workspace.Temporary, "archive.tar");
                var decompressed = await RunAsync(workspace, progress, "sh", "-c", "exec \"$1\" --decompress --stdout < \"$2\" > \"$3\"", "sh", program, archive, source);
                if (!decompressed.Succeeded)
                    return Failed(decompressed, "the archive cannot be decompressed: it is damaged, or has not come whole");
            }

            await WriteAsync(source, clean, workspace, progress.Cancellation);
            if (source != archive)
                File.Delete(source);
            var unpacked = await RunAsync(
                workspace, progress, "tar", "--extract", "--force-local", "--file", clean, "--directory", workspace.Tree, "--no-same-owner", "--touch");
            return unpacked.Succeeded ? null : Failed(unpacked, "the archive cannot be unpacked");
        }
        catch (ArchiveException e)
        {
            return StepFailure.Of(StepName.Extracting, e.Message);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException or ArgumentException or NotSupportedException)
        {
            // What .NET's readers say of what is none of theirs.
            return StepFailure.Of(StepName.Extracting, $"the archive is damaged, or has not come whole: {e.Message}");
        }
        finally
        {
            File.Delete(clean);
        }
    }

    private static StepFailure Failed(CommandResult result, string reason) =>
        StepFailure.Of(StepName.Extracting, result.Problem ?? (result.TimedOut ? "the archive took longer than a step may (worker.step_timeout)" : reason), result);

    private static string? Decompressor(string archive)
    {
        var beginning = new byte[Xz.Length];
        using (var file = File.OpenRead(archive))
            _ = file.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false);
        if (beginning.AsSpan().StartsWith(Gzip))
            return "gzip";
        if (beginning.AsSpan().StartsWith(Xz))
            return "xz";
        return beginning.AsSpan().StartsWith(Zip) ? null : throw new ArchiveException("the file is no archive: neither .tar.gz nor .tar.xz nor .zip");
    }

    private async Task WriteAsync(string source, string target, Workspace workspace, CancellationToken cancellationToken)
    {
        var budget = new ArchiveBudget(configuration.Limits, commands, workspace);
        var tree = new ArchiveTree(budget);
        await using var archive = new FileStream(LibC.OpenRegularFile(source), FileAccess.Read);
        await using var file = new FileStream(target, FileMode.CreateNew, FileAccess.ReadWrite);
        await using var writer = new TarWriter(file, TarEntryFormat.Pax);
        var entries = source.EndsWith(".tar", StringComparison.Ordinal)
            ? TarEntries.ReadAsync(archive, cancellationToken)
            : ZipEntries.ReadAsync(archive, cancellationToken);
        await foreach (var read in entries.WithCancellation(cancellationToken))
        {
            if (tree.Add(read) is { } entry)
                await writer.WriteEntryAsync(Rewrite(entry, budget), cancellationToken);
        }

        if (tree.IsEmpty)
            throw new ArchiveException("the archive is empty");
    }

    // As git would have it: no owner, no time, and of the permissions only whether it is a program.
    private static PaxTarEntry Rewrite(ArchiveEntry entry, ArchiveBudget budget)
    {
        var tar = new PaxTarEntry(entry.Type, entry.Name)
        {
            Mode = entry.IsExecutable || entry.Type == TarEntryType.Directory ? OfProgram : OfFile,
        };
        if (entry.LinkName.Length > 0)
            tar.LinkName = entry.LinkName;
        else if (entry is { Type: TarEntryType.RegularFile, Content: { } content })
            tar.DataStream = new BoundedStream(content, budget);
        return tar;
    }

    private Task<CommandResult> RunAsync(Workspace workspace, IStepProgress progress, string program, params string[] arguments)
    {
        var command = new Command(program, arguments)
        {
            User = workspace.Builder,
            Printed = progress.Print,
            Environment = new Dictionary<string, string> { ["HOME"] = workspace.Home, ["TMPDIR"] = workspace.Temporary },
        };
        return commands.RunSourceAsync(workspace, command, problem: null, progress);
    }
}
