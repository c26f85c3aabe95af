using WazoPlugind.Operations.Records;

namespace WazoPlugind.Operations.Tests.Records;

public sealed class RequestUuidTests
{
    private static readonly DateTimeOffset Moment = new(2026, 11, 26, 12, 0, 7, 900, TimeSpan.Zero);

    [Theory]
    [InlineData("install")]
    [InlineData("uninstall")]
    [InlineData("update")]
    public void Read_says_what_Create_was_told(string action)
    {
        var uuid = RequestUuid.Create(action, Moment);

        Assert.Equal((8, 0x8), (uuid.Version, uuid.Variant & 0xc));
        Assert.Equal((action, new DateTimeOffset(2026, 11, 26, 12, 0, 7, TimeSpan.Zero)), RequestUuid.Read(uuid));
    }

    [Fact]
    public void IsPlan_says_whether_it_is_only_planned()
    {
        var plan = RequestUuid.Create("update", Moment, isPlan: true);

        Assert.Equal("update", RequestUuid.Read(plan)?.Action);
        Assert.True(RequestUuid.IsPlan(plan));
        Assert.False(RequestUuid.IsPlan(RequestUuid.Create("update", Moment)));
    }

    [Fact]
    public void OfKey_is_the_same_again_and_says_what_it_was_like_but_not_when()
    {
        var plan = RequestUuid.Create("uninstall", Moment, isPlan: true);

        var keyed = RequestUuid.OfKey(plan, "key", 1);

        Assert.Equal(keyed, RequestUuid.OfKey(RequestUuid.Create("uninstall", Moment.AddDays(3), isPlan: true), "key", 1));
        Assert.Equal((("uninstall", (DateTimeOffset?)null), true), (RequestUuid.Read(keyed)!.Value, RequestUuid.IsPlan(keyed)));
        Assert.Equal(3, new[] { keyed, RequestUuid.OfKey(plan, "key", 2), RequestUuid.OfKey(plan, "yek", 1) }.Distinct().Count());
    }

    [Fact]
    public void Create_makes_another_one_each_time() =>
        Assert.Equal(10_000, Enumerable.Range(0, 10_000).Select(_ => RequestUuid.Create("install", Moment)).Distinct().Count());

    [Fact]
    public void Read_of_one_that_is_not_ours_says_nothing()
    {
        Assert.Null(RequestUuid.Read(Guid.Empty));
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.Null(RequestUuid.Read(Guid.NewGuid())));

        var ours = RequestUuid.Create("install", Moment).ToByteArray(bigEndian: true);
        for (var bit = 0; bit < 128; bit++)
        {
            var changed = ours.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(RequestUuid.Read(new Guid(changed, bigEndian: true)));
        }
    }
}
