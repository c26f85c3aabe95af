using WazoPlugind.Messages;
using WazoPlugind.Worker.Steps;
using WazoPlugind.Worker.Steps.Reports;

namespace WazoPlugind.Worker.Tests.Steps;

/// <summary>Records what is sent, while the broker is there.</summary>
internal sealed class RecordingSender : IReportSender
{
    private readonly List<(object Report, Guid? Operation, Guid Message)> _sent = [];

    /// <summary>What sending fails with, or <c>null</c>.</summary>
    public Exception? Failure { get; set; }

    public int Tries { get; private set; }

    public IReadOnlyList<(object Report, Guid? Operation, Guid Message)> Sent
    {
        get
        {
            lock (_sent)
                return [.. _sent];
        }
    }

    /// <summary>The answers to messages, in order.</summary>
    public IReadOnlyList<object> Answers => [.. Sent.Select(sent => sent.Report).Where(report => report is not (StepBegan or StepsHeld))];

    /// <summary>The one answer.</summary>
    /// <typeparam name="T">What it is.</typeparam>
    public T Answer<T>() => Assert.IsType<T>(Assert.Single(Answers));

    public Task SendAsync(object report, Guid message, CancellationToken cancellationToken)
    {
        lock (_sent)
        {
            Tries++;
            if (Failure is not null)
                return Task.FromException(Failure);
            _sent.Add((report, (report as IOperationMessage)?.Uuid, message));
            return Task.CompletedTask;
        }
    }
}
