using WazoPlugind.Worker.Steps;

namespace WazoPlugind.Worker.Tests.Steps;

public sealed class PackageClaimTests : IDisposable
{
    private readonly StepMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Theory]
    [InlineData(PackageClaim.Installer, PackageClaim.Cancellation)]
    [InlineData(PackageClaim.Cancellation, PackageClaim.Installer)]
    public void Who_is_first_has_the_operation_also_when_asked_again(string first, string second)
    {
        var workspace = _machine.Workspaces.Of(Guid.NewGuid());

        Assert.True(PackageClaim.TryTake(workspace, first));
        Assert.False(PackageClaim.TryTake(workspace, second));
        Assert.True(PackageClaim.TryTake(workspace, first));
        Assert.True(PackageClaim.TryTake(_machine.Workspaces.Of(Guid.NewGuid()), second));
    }

    [Fact]
    public async Task Of_many_at_once_one_is_first()
    {
        for (var round = 0; round < 50; round++)
        {
            var workspace = _machine.Workspaces.Of(Guid.NewGuid());
            var taken = await Task.WhenAll(
                new[] { PackageClaim.Installer, PackageClaim.Cancellation }.Select(who => Task.Run(() => PackageClaim.TryTake(workspace, who))));

            Assert.Single(taken, isTaken => isTaken);
        }
    }
}
