using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using WazoPlugind.Messages;

namespace WazoPlugind.Worker.Steps;

/// <summary>A <see cref="StepDefinition"/> that knows the types.</summary>
/// <typeparam name="TStep">The step.</typeparam>
/// <typeparam name="TCommand">The message that asks for it.</typeparam>
/// <typeparam name="TResult">What it gives.</typeparam>
/// <param name="name">Its name, which is stored: it never changes.</param>
/// <param name="queue">Where its messages are sent.</param>
/// <param name="firstStep">The step that an error names when none has begun.</param>
/// <param name="retry">Whether what failed is tried again.</param>
internal sealed class TypedStepDefinition<TStep, TCommand, TResult>(string name, StepQueue queue, string firstStep, StepRetry retry)
    : StepDefinition(name, queue, firstStep, retry)
    where TStep : class, IStep<TCommand, TResult>
    where TCommand : class, IOperationMessage
    where TResult : class
{
    /// <inheritdoc/>
    public override Type CommandType => typeof(TCommand);

    /// <inheritdoc/>
    public override Type ResultType => typeof(TResult);

    /// <inheritdoc/>
    public override void AddTo(IServiceCollection services) => services.AddSingleton<TStep>();

    /// <inheritdoc/>
    public override void AddTo(IBusRegistrationConfigurator bus) => bus.AddConsumer<StepConsumer<TStep, TCommand, TResult>>();

    /// <inheritdoc/>
    public override void AddTo(IBusRegistrationContext context, IReceiveEndpointConfigurator queue) =>
        queue.ConfigureConsumer<StepConsumer<TStep, TCommand, TResult>>(context);
}
