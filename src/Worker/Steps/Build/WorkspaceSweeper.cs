using Microsoft.Extensions.Hosting;

namespace WazoPlugind.Worker.Steps.Build;

/// <summary>
/// Removes work directories that the end of their operation could not: a builder's, who is root beside an orchestrator who is not, or
/// those of an operation that nobody knows any more.
/// </summary>
/// <param name="workspaces">Knows where.</param>
/// <param name="ended">Knows which operations have ended, where there is one.</param>
/// <param name="time">The clock of the rounds.</param>
internal sealed class WorkspaceSweeper(WorkspaceFactory workspaces, IEndedOperations ended, TimeProvider time) : BackgroundService
{
    /// <summary>How often it looks; nothing tells it when a directory is left.</summary>
    public static readonly TimeSpan Round = TimeSpan.FromHours(1);

    /// <summary>After which time without a step an operation that is not known counts as forgotten.</summary>
    public static readonly TimeSpan Forgotten = TimeSpan.FromDays(7);

    /// <summary>Removes what is left.</summary>
    public void Sweep()
    {
        var operations = workspaces.Directories.Where(Directory.Exists)
            .SelectMany(Directory.EnumerateDirectories)
            .Select(directory => Guid.TryParseExact(Path.GetFileName(directory), "D", out var operation) ? operation : Guid.Empty)
            .Where(operation => operation != Guid.Empty)
            .Distinct();
        foreach (var operation in operations.ToList())
        {
            if (!ended.HasEnded(operation) && !IsForgotten(operation))
                continue;
            // Whoever works on it cleans up as well.
            using var turn = StepTurns.TryTake(workspaces.Of(operation));
            if (turn is not null)
                workspaces.TryDelete(operation);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Round, time);
        do
            await Task.Run(Sweep, CancellationToken.None);
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private bool IsForgotten(Guid operation)
    {
        var workspace = workspaces.Of(operation);
        return ((string[])[workspace.Operation, workspace.Root, workspace.Download]).Where(Directory.Exists)
            .All(directory => time.GetUtcNow() - Directory.GetLastWriteTimeUtc(directory) > Forgotten);
    }
}
