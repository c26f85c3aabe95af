using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Worker.Steps.Build;

namespace WazoPlugind.Worker.Tests.Steps.Build;

public sealed class BuildRetryTests
{
    [Theory]
    [InlineData(0, 1.0)]
    [InlineData(1, 3.0)]
    [InlineData(4, 30.0)]
    [InlineData(5, null)]
    public void A_fault_is_tried_again_with_growing_pauses(int tries, double? seconds) =>
        Assert.Equal(seconds, BuildRetry.PauseAfter(new Transience(), tries)?.TotalSeconds);

    [Fact]
    public void A_timeout_is_tried_once_more()
    {
        var timeout = new Transience { TimedOut = true };

        Assert.NotNull(BuildRetry.PauseAfter(timeout, tries: 0));
        Assert.Null(BuildRetry.PauseAfter(timeout, tries: 1));
    }

    [Theory]
    [InlineData(0, 1.0)]
    [InlineData(7, 7.0)]
    [InlineData(100000, null)]
    public void A_server_says_when_to_come_again(int retryAfter, double? seconds) =>
        Assert.Equal(seconds, BuildRetry.PauseAfter(new Transience { RetryAfter = TimeSpan.FromSeconds(retryAfter) }, tries: 0)?.TotalSeconds);

    [Fact]
    public void What_was_not_tried_is_looked_at_again_soon_however_often() =>
        Assert.Equal(2, BuildRetry.PauseAfter(new Transience { IsUntried = true }, tries: 5)?.TotalSeconds);
}
