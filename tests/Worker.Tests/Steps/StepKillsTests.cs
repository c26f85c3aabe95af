using WazoPlugind.Worker.Steps;

namespace WazoPlugind.Worker.Tests.Steps;

public sealed class StepKillsTests
{
    [Theory]
    [InlineData(0, 0, false, false)]
    [InlineData(1, 0, false, false)]
    [InlineData(2, 0, false, true)]
    [InlineData(2, 2, true, false)]
    [InlineData(3, 2, true, true)]
    [InlineData(3, 3, true, false)]
    public void After_two_a_step_waits_and_is_tried_alone_once_for_each_wait(int kills, int told, bool isAlone, bool mustWait) =>
        Assert.Equal(mustWait, new StepKills(kills, []).MustWait(new StepTry(0, told, isAlone)));

    [Theory]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(4, 8)]
    [InlineData(9, 256)]
    [InlineData(10, 300)]
    [InlineData(1000, 300)]
    public void The_wait_doubles_up_to_five_minutes(int kills, int seconds) =>
        Assert.Equal(seconds, new StepKills(kills, []).Delay.TotalSeconds);

    [Theory]
    [InlineData(6, false)]
    [InlineData(7, true)]
    public void So_many_alone_are_too_many(int kills, bool areTooMany) => Assert.Equal(areTooMany, new StepKills(kills, []).AreTooMany(limit: 5));

    [Fact]
    public void What_was_seen_is_told_with_its_times()
    {
        var first = new DateTimeOffset(2026, 11, 26, 18, 2, 11, TimeSpan.Zero);

        Assert.Equal(
            "its worker ended 7 times while it worked on this, the last 5 times with nothing else under way: 18:02:11, 18:02:15 UTC",
            new StepKills(7, [first, first.AddSeconds(4)]).Describe());
    }
}
