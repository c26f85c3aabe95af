using WazoPlugind.Operations.Records;

namespace WazoPlugind.Operations.Tests.Records;

public sealed class RequestIdTests
{
    [Theory]
    [InlineData("a", true)]
    [InlineData("AZaz09._-", true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("a b", false)]
    [InlineData("a\n", false)]
    [InlineData("\u00e9", false)]
    public void Take_takes_what_fits_into_a_line_and_a_header(string? id, bool isTaken) => Assert.Equal(isTaken ? id : null, RequestId.Take(id));

    [Fact]
    public void Take_takes_what_is_short_as_each_that_is_made_is()
    {
        Assert.NotNull(RequestId.Take(new string('a', 64)));
        Assert.Null(RequestId.Take(new string('a', 65)));
        Assert.NotNull(RequestId.Take(RequestId.Create()));
    }
}
