using WazoPlugind.Processes.Files;

namespace WazoPlugind.Hosting;

/// <summary>
/// Collects what a program's start and its work have left behind, once it rests: else that stays, and so does the memory that it was in, which is
/// more than what an idle program needs. That there was work is known by the collection that it made due.
/// </summary>
internal static class MemoryRelease
{
    // All that is built in the background after a start is built by then.
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(3);

    /// <summary>Releases memory after each time of work, the start being the first one.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    public static Task RunAsync(CancellationToken cancellationToken) => RunAsync(Rest, Release, cancellationToken);

    /// <summary>Does something after each time of work.</summary>
    /// <param name="rest">For how long nothing is collected where nothing is done.</param>
    /// <param name="release">Is done.</param>
    /// <param name="cancellationToken">Ends it.</param>
    internal static async Task RunAsync(TimeSpan rest, Action release, CancellationToken cancellationToken)
    {
        while (true)
        {
            int collections;
            do
            {
                collections = GC.CollectionCount(0);
                await Task.Delay(rest, cancellationToken);
            }
            while (collections != GC.CollectionCount(0));
            release();
            await NextCollection().WaitAsync(cancellationToken);
        }
    }

    private static void Release()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        LibC.ReleaseFreedMemory();
    }

    private static Task NextCollection()
    {
        var collected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = new Unreachable(collected);
        return collected.Task;
    }

    // Nothing refers to it: the next collection finds it.
    private sealed class Unreachable(TaskCompletionSource collected)
    {
        ~Unreachable() => collected.TrySetResult();
    }
}
