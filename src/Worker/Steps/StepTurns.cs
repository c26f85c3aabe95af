using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Building;
using WazoPlugind.Worker.Steps.Build;

namespace WazoPlugind.Worker.Steps;

/// <summary>Lets one step of an operation run at a time on a machine, whichever process it is in.</summary>
/// <param name="workspaces">Knows where.</param>
/// <param name="ended">Knows which operations have ended, where that is known.</param>
/// <param name="configuration">Says how long a step may take.</param>
/// <param name="time">The clock.</param>
internal sealed class StepTurns(WorkspaceFactory workspaces, IEndedOperations ended, PlugindConfiguration configuration, TimeProvider time)
{
    // EWOULDBLOCK of flock(2), as .NET reports it.
    private const int WouldBlock = 11;

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a message waits for another one of its operation.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    // A delivery of the same message, whose connection was lost, goes on and reports: its answer is this one's too.
    private TimeSpan LongestTwin => TimeSpan.FromSeconds(configuration.Worker.StepTimeout) + Patience;

    /// <summary>Waits until no one else works on the operation, or until there is nothing to do but to answer again.</summary>
    /// <param name="step">The step.</param>
    /// <param name="delivery">The message.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The turn, which ends when it is disposed of; <c>null</c> when it did not come in time.</returns>
    public async Task<StepTurn?> TakeAsync(StepDefinition step, StepDelivery delivery, CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        var workspace = workspaces.Of(delivery.Operation);
        while (true)
        {
            try
            {
                return new StepTurn(workspaces, step, delivery, Take(workspace), time) { HasEnded = ended.HasEnded(delivery.Operation) };
            }
            catch (IOException e) when (e is not DirectoryNotFoundException && e.HResult is WouldBlock)
            {
                var without = new StepTurn(workspaces, step, delivery, held: null, time);
                if (without.FindReport() is not null)
                    return without;
                var waited = time.GetElapsedTime(since);
                if (waited > Patience && (waited > LongestTwin || !without.IsUnderWay))
                    return null;
                await Task.Delay(LookAgain, time, cancellationToken);
            }
            catch (DirectoryNotFoundException)
            {
                // The operation ended in between.
            }
            catch (Exception e) when (IsRefused(e))
            {
                // Without room for its lock there is none for a step that needs room, and that says so itself.
                return new StepTurn(workspaces, step, delivery, held: null, time);
            }
        }
    }

    /// <summary>Takes the turn on an operation, unless someone works on it.</summary>
    /// <param name="workspace">The operation's work directories.</param>
    /// <returns>The turn, which ends when it is disposed of; or <c>null</c>.</returns>
    public static IDisposable? TryTake(Workspace workspace)
    {
        try
        {
            return Take(workspace);
        }
        catch (Exception e) when (IsRefused(e))
        {
            return null;
        }
    }

    // Ends with the process, however that ends (flock(2)).
    private static FileStream Take(Workspace workspace)
    {
        Directory.CreateDirectory(workspace.Operation);
        return new FileStream(workspace.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
    }

    private static bool IsRefused(Exception exception) => exception is IOException or UnauthorizedAccessException;
}
