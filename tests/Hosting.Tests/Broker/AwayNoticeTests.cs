using Microsoft.Extensions.Time.Testing;
using WazoPlugind.Hosting.Broker;

namespace WazoPlugind.Hosting.Tests.Broker;

public sealed class AwayNoticeTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _lines = [];

    [Fact]
    public void Is_said_once_a_minute_however_often_it_is_found_and_once_when_it_is_over()
    {
        using var notice = new AwayNotice(_time, _lines.Add, () => _lines.Add("back"));
        notice.TellBack();
        for (var times = 0; times < 100; times++)
            notice.Tell("refused");
        Assert.Equal(["refused"], _lines);

        _time.Advance(TimeSpan.FromSeconds(59));
        notice.Tell("silent");
        Assert.Equal(["refused"], _lines);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["refused", "silent"], _lines);

        notice.TellBack();
        notice.TellBack();
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(["refused", "silent", "back"], _lines);
        notice.Tell("again");
        Assert.Equal("again", _lines[^1]);
    }

    [Fact]
    public void Is_asked_for_every_minute_where_nobody_else_does()
    {
        AwayNotice? notice = null;
        notice = new AwayNotice(_time, _lines.Add, () => _lines.Add("back"), () => notice!.Tell("still"));
        using (notice)
        {
            notice.Tell("first");
            _time.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal(["first", "still"], _lines);
        }

        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(2, _lines.Count);
    }
}
