using WazoPlugind.Operations.Locks;

namespace WazoPlugind.Operations.Tests.Locks;

public sealed class OrchestratorLockTests : OperationsTest
{
    [Fact]
    public async Task One_has_it_and_another_one_gets_it_when_the_first_ends()
    {
        using var first = new OrchestratorLock(Path);
        using var second = new OrchestratorLock(Path);
        Assert.True(first.TryTake());
        Assert.False(second.TryTake());
        var waiting = second.TakeAsync(CancellationToken.None);
        Assert.False(waiting.IsCompleted);

        first.Dispose();

        await waiting.WaitAsync(TimeSpan.FromSeconds(30));
    }
}
