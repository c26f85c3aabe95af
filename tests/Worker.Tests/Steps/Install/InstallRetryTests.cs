using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Worker.Steps.Install;

namespace WazoPlugind.Worker.Tests.Steps.Install;

public sealed class InstallRetryTests
{
    [Theory]
    [InlineData(0, 0.25)]
    [InlineData(1, 0.5)]
    [InlineData(7, 30.0)]
    [InlineData(23, 30.0)]
    [InlineData(24, null)]
    public void Another_package_manager_is_asked_for_again_with_growing_pauses(int tries, double? seconds) =>
        Assert.Equal(seconds, InstallRetry.PauseAfter(new Transience(), tries)?.TotalSeconds);

    [Fact]
    public void It_is_waited_for_about_ten_minutes()
    {
        var total = Enumerable.Range(0, 24).Sum(tries => InstallRetry.PauseAfter(new Transience(), tries)!.Value.TotalMinutes);

        Assert.InRange(total, 8, 12);
    }
}
