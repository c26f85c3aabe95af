using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Worker.Steps;

namespace WazoPlugind.Worker.Tests.Steps;

/// <summary>Does what a test says.</summary>
/// <param name="work">What the test says.</param>
internal sealed class TestStep(Func<TestCommand, StepRun, Task<StepResult<TestResult>>> work) : IStep<TestCommand, TestResult>
{
    public static StepDefinition Definition => StepMachine.Step;

    public Task<StepResult<TestResult>> RunAsync(TestCommand command, StepRun run) => work(command, run);
}
