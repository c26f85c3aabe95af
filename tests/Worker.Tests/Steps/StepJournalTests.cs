using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Worker.Steps;
using WazoPlugind.Worker.Steps.Reports;

namespace WazoPlugind.Worker.Tests.Steps;

public sealed class StepJournalTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("plugind-journal-").FullName;
    private readonly StepDelivery _delivery = StepMachine.Delivery();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void What_was_reported_is_found_by_the_same_message_only()
    {
        Create().Write(_delivery.Message, _delivery.Completed(new TestResult("done"), []));

        Assert.Equal("done", Assert.IsType<StepCompleted<TestResult>>(Create().Find(_delivery.Message)).Result.Url);
        Assert.Null(Create().Find(Guid.NewGuid()));
    }

    [Fact]
    public void A_failure_and_what_is_put_off_are_remembered_as_what_they_are()
    {
        Create().Write(_delivery.Message, _delivery.Failed(StepFailure.Of("building", "a reason"), []));
        Assert.Equal("a reason", Assert.IsType<StepFailed>(Create().Find(_delivery.Message)).Failure.Reason);

        var next = new StepTry(2, 1, Alone: true);
        Create().Write(_delivery.Message, _delivery.Postponed(TimeSpan.FromSeconds(3), next, "busy"));
        var postponed = Assert.IsType<StepPostponed>(Create().Find(_delivery.Message));
        Assert.Equal((3000, next, _delivery.Message), (postponed.Delay, postponed.Next, postponed.Command));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("ID\ncompleted\n{")]
    [InlineData("ID\nsomething\n{}")]
    public void What_cannot_be_read_is_not_remembered(string content)
    {
        File.WriteAllText(Path.Join(_directory, "test.json"), content.Replace("ID", _delivery.Message.ToString()));

        Assert.Null(Create().Find(_delivery.Message));
    }

    private StepJournal Create() => new(_directory, StepMachine.Step);
}
