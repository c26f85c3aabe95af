using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Time.Testing;

namespace WazoPlugind.Hosting.Tests;

public sealed class SystemdWatchdogTests : ISystemdNotifier
{
    private readonly FakeTimeProvider _time = new();
    private int _told;

    bool ISystemdNotifier.IsEnabled => true;

    void ISystemdNotifier.Notify(ServiceState state)
    {
        Assert.Equal("WATCHDOG=1", state.ToString());
        _told++;
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("60000000", null, 30)]
    [InlineData("60000000", "this", 30)]
    [InlineData("60000000", "1", null)]
    [InlineData("nonsense", "", null)]
    public void IntervalOf_is_half_of_what_systemd_waits_for_this_process(string? time, string? process, int? seconds)
    {
        string? Environment(string name) => name == "WATCHDOG_USEC" ? time : process == "this" ? System.Environment.ProcessId.ToString() : process;

        Assert.Equal(seconds, SystemdWatchdog.IntervalOf(Environment)?.TotalSeconds);
    }

    [Fact]
    public async Task It_is_told_until_the_program_ends_also_while_that_takes_long()
    {
        using (var watchdog = new SystemdWatchdog(TimeSpan.FromSeconds(30), this, _time))
        {
            await watchdog.StartAsync(CancellationToken.None);
            _time.Advance(TimeSpan.FromSeconds(60));
            await watchdog.StopAsync(CancellationToken.None);
            _time.Advance(TimeSpan.FromSeconds(30));
            Assert.Equal(3, _told);
        }

        _time.Advance(TimeSpan.FromSeconds(90));
        Assert.Equal(3, _told);
    }
}
