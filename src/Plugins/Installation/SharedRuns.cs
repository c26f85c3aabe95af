using WazoPlugind.Debian.Apt;

namespace WazoPlugind.Plugins.Installation;

/// <summary>
/// Runs of dpkg that share what a run costs: whoever gets the turn first does what has come until then, and the others find theirs done.
/// </summary>
/// <typeparam name="TWork">What is done.</typeparam>
/// <typeparam name="TResult">What becomes of each.</typeparam>
internal sealed class SharedRuns<TWork, TResult>
    where TWork : SharedWork<TResult>
{
    private readonly List<TWork> _waiting = [];

    /// <summary>Waits until it is done.</summary>
    /// <param name="own">What is to be done. Its progress stops before dpkg has begun; not afterwards.</param>
    /// <param name="others">What else may come, and is worth to be waited for.</param>
    /// <param name="packageManager">Gives the turns.</param>
    /// <param name="run">Does some of it, each of another package, and completes it.</param>
    /// <exception cref="PackageManagerBusyException">Another package manager is at work.</exception>
    public async Task<TResult> DoAsync(TWork own, Task others, PackageManager packageManager, Func<IReadOnlyList<TWork>, Task> run)
    {
        lock (_waiting)
            _waiting.Add(own);
        try
        {
            // Someone else's turn may have come before.
            if (await Task.WhenAny(others, own.Result) == own.Result)
                return await own.Result;
            using var turn = await packageManager.TakeTurnAsync(own.Progress.Cancellation);
            while (!own.Result.IsCompleted)
                await RunAsync(Take(own), run);
        }
        catch (OperationCanceledException)
        {
            lock (_waiting)
            {
                if (_waiting.Remove(own))
                    throw;
            }
        }

        return await own.Result;
    }

    private List<TWork> Take(TWork own)
    {
        lock (_waiting)
        {
            List<TWork> taken = own.IsSuspect
                ? [own]
                : [.. _waiting.Where(work => !work.IsSuspect).DistinctBy(work => work.Name).Take(InstallRuns.LargestRun)];
            _waiting.RemoveAll(taken.Contains);
            return taken;
        }
    }

    private static async Task RunAsync(List<TWork> taken, Func<IReadOnlyList<TWork>, Task> run)
    {
        try
        {
            await run(taken);
        }
        catch (Exception e)
        {
            // Each waits for an answer of its own.
            foreach (var work in taken.Where(work => !work.Result.IsCompleted))
                await work.CompleteAsync(() => Task.FromException<TResult>(e));
        }
    }
}
