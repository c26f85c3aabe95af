using WazoPlugind.Worker.Steps;

namespace WazoPlugind.Worker.Tests.Steps;

public sealed class MessageIdsTests
{
    [Fact]
    public void The_id_of_a_report_is_that_of_its_message_for_ever()
    {
        var command = Guid.Parse("7f0f2d2e-6d3b-4c0e-9a53-0c6f3a1f5b10");

        var report = MessageIds.ReportOf(command);

        // A worker of another version must find the same.
        Assert.Equal(Guid.Parse("bf134349-59c0-8b37-a373-1d7ab6441c77"), report);
        Assert.Equal(8, report.Version);
        Assert.NotEqual(report, MessageIds.ReportOf(Guid.NewGuid()));
    }
}
