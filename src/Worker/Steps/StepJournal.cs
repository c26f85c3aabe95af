using System.Text.Json;
using MassTransit;
using WazoPlugind.Messages;
using WazoPlugind.Plugins.Building;
using WazoPlugind.Plugins.Sources.Git;
using WazoPlugind.Worker.Sagas;
using WazoPlugind.Worker.Steps.Build;

namespace WazoPlugind.Worker.Steps;

/// <summary>
/// Remembers beside the work directories what steps have reported, so that a message that comes again is answered again and its
/// work, and its events, do not come twice. One step of an operation runs at a time, whichever process it is in.
/// </summary>
/// <param name="workspaces">Knows where. Builders that share no directory with the others remember nothing.</param>
/// <param name="store">Knows which operations have ended, where there is one.</param>
internal sealed class StepJournal(WorkspaceFactory workspaces, OperationStore store)
{
    // EWOULDBLOCK of flock(2), as .NET reports it.
    private const int WouldBlock = 11;

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(50);

    private static readonly Dictionary<string, Type> Reports = ((Type[])
        [typeof(PluginFetched), typeof(PluginBuilt), typeof(UpdatesFound), typeof(PackageInstalled), typeof(PackageRemoved), typeof(StepFailed)])
        .ToDictionary(type => type.Name);

    /// <summary>Waits until no one else works on the operation, or until there is nothing to do but to answer again.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="message">The name of the message's type.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The entry of the message; the turn ends when it is disposed of.</returns>
    public async Task<Entry> OpenAsync(Guid operation, string message, CancellationToken cancellationToken)
    {
        var workspace = workspaces.Of(operation);
        while (true)
        {
            try
            {
                return new Entry(workspaces, operation, message, TakeTurn(workspace), workspaces.AreShared, store.HasEnded(operation));
            }
            catch (IOException e) when (e is not DirectoryNotFoundException && e.HResult is WouldBlock)
            {
                var answered = new Entry(workspaces, operation, message, turn: null, workspaces.AreShared, hasEnded: false);
                if (answered.Find() is not null)
                    return answered;
                await Task.Delay(LookAgain, cancellationToken);
            }
            catch (DirectoryNotFoundException)
            {
                // The operation ended in between.
            }
            catch (Exception e) when (IsRefused(e))
            {
                // Without room for its lock there is none for a step that needs room, and that says so itself.
                return new Entry(workspaces, operation, message, turn: null, remembers: false, hasEnded: false);
            }
        }
    }

    /// <summary>Takes the turn on an operation, unless someone works on it.</summary>
    /// <param name="workspace">The operation's work directories.</param>
    /// <returns>The turn, which ends when it is disposed of; or <c>null</c>.</returns>
    public static IDisposable? TryTakeTurn(Workspace workspace)
    {
        try
        {
            return TakeTurn(workspace);
        }
        catch (Exception e) when (IsRefused(e))
        {
            return null;
        }
    }

    // Ends with the process, however that ends (flock(2)).
    private static FileStream TakeTurn(Workspace workspace)
    {
        Directory.CreateDirectory(workspace.Operation);
        return new FileStream(workspace.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
    }

    private static bool IsRefused(Exception exception) => exception is IOException or UnauthorizedAccessException;

    /// <summary>What is remembered of one message.</summary>
    internal sealed class Entry(
        WorkspaceFactory workspaces, Guid operation, string message, FileStream? turn, bool remembers, bool hasEnded) : IDisposable
    {
        private readonly string _directory = workspaces.Of(operation).Operation;

        private string File => Path.Join(_directory, message + ".json");

        /// <summary>Whether the operation is known to have ended: there is nothing left to do for it.</summary>
        public bool HasEnded { get; } = hasEnded;

        /// <summary>What was reported for the message before, or <c>null</c>.</summary>
        public object? Find()
        {
            if (!remembers || !System.IO.File.Exists(File))
                return null;
            try
            {
                var lines = System.IO.File.ReadAllText(File).Split('\n', 2);
                return lines.Length == 2 && Reports.TryGetValue(lines[0], out var type) ? JsonSerializer.Deserialize(lines[1], type) : null;
            }
            catch (Exception e) when (e is JsonException or IOException)
            {
                // Another version wrote it, or the operation has ended and it is gone.
                return null;
            }
        }

        /// <summary>Remembers a report, where there is room. One with credentials is not written down.</summary>
        /// <param name="report">The report.</param>
        public void Write(object report)
        {
            if (!remembers || (report is PluginFetched { Source.Url: { } url } && GitUrl.Redact(url) != url))
                return;
            try
            {
                Directory.CreateDirectory(_directory);
                System.IO.File.WriteAllText(File + ".new", report.GetType().Name + "\n" + JsonSerializer.Serialize(report));
                System.IO.File.Move(File + ".new", File, overwrite: true);
            }
            catch (Exception e) when (IsRefused(e))
            {
                // That the saga gets it counts more than that it is known here.
            }
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            if (!remembers || HasEnded)
                workspaces.TryDelete(operation);
            turn?.Dispose();
        }
    }
}
