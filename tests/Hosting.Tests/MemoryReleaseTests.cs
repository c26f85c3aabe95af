namespace WazoPlugind.Hosting.Tests;

public sealed class MemoryReleaseTests
{
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task What_is_left_is_released_after_the_start_and_after_each_time_of_work()
    {
        using var released = new SemaphoreSlim(0);
        using var stop = new CancellationTokenSource();
        var running = MemoryRelease.RunAsync(Rest, () => released.Release(), stop.Token);
        for (var time = 0; time < 3; time++)
        {
            // What other tests allocate may be a time of work too.
            Assert.True(await released.WaitAsync(Limit));
            GC.Collect(0);
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Limit));
    }

    [Fact]
    public async Task Its_own_collection_is_no_work()
    {
        var released = 0;
        using var stop = new CancellationTokenSource();
        var running = MemoryRelease.RunAsync(Rest, Release, stop.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Limit));
        Assert.InRange(released, 1, 10);

        void Release()
        {
            GC.Collect();
            // Without that it would come fifty times; others' collections may bring it back now and then.
            if (released++ == 0)
                stop.CancelAfter(TimeSpan.FromSeconds(1));
        }
    }
}
