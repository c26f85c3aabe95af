using WazoPlugind.Api.Operations.Events;
using WazoPlugind.Operations.Events;

namespace WazoPlugind.Api.Tests.Operations.Events;

public sealed class LeftOutLinesTests
{
    private readonly LeftOutLines _leftOut = new(start: 10);

    [Fact]
    public void Lines_that_follow_one_another_leave_nothing_out()
    {
        Assert.False(_leftOut.Take(Output(11, previous: 0, first: 1, lines: 5)));
        Assert.False(_leftOut.Take(new OperationEvent(12, "a", OperationEventKind.Step, "{}")));
        Assert.False(_leftOut.Take(Output(13, previous: 11, first: 6, lines: 5)));
        Assert.False(_leftOut.Take(Output(14, previous: 13, first: 1, lines: 5, run: 2)));
    }

    [Fact]
    public void What_was_before_the_reader_is_not_left_out() => Assert.False(_leftOut.Take(Output(11, previous: 9, first: 400, lines: 5)));

    [Theory]
    // Deleted before it was told; left out by the worker itself, at its beginning and in its middle.
    [InlineData(13, 12, 11)]
    [InlineData(13, 11, 7)]
    public void Lines_in_between_are_left_out(long position, long previous, int first)
    {
        Assert.False(_leftOut.Take(Output(11, previous: 0, first: 1, lines: 5)));
        Assert.True(_leftOut.Take(Output(position, previous, first, lines: 5)));
    }

    [Theory]
    [InlineData(11, 0, 2, 1)]
    [InlineData(13, 12, 6, 1)]
    [InlineData(13, 12, 1, 2)]
    public void Lines_at_the_beginning_are_left_out(long position, long previous, int first, int run) =>
        Assert.True(_leftOut.Take(Output(position, previous, first, lines: 5, run)));

    [Fact]
    public void Each_step_of_each_operation_has_its_own()
    {
        _leftOut.Take(Output(11, previous: 0, first: 1, lines: 5));

        Assert.False(_leftOut.Take(Output(12, previous: 0, first: 1, lines: 5, operation: "b")));
        Assert.False(_leftOut.Take(Output(13, previous: 0, first: 1, lines: 5, step: "packaging")));
        Assert.False(_leftOut.Take(Output(14, previous: 11, first: 6, lines: 5)));
    }

    private static OperationEvent Output(long position, long previous, int first, int lines, int run = 1, string operation = "a", string step = "building") =>
        new(position, operation, OperationEventKind.Output, "[]") { Step = step, Run = run, FirstLine = first, Lines = lines, Previous = previous };
}
