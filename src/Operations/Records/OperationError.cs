using System.Text.Json;

namespace WazoPlugind.Operations.Records;

/// <summary>Why an operation failed: the <c>errors</c> of an <c>error</c> event.</summary>
/// <param name="ErrorId">A stable identifier, for example <c>install-error</c>.</param>
/// <param name="Message">The identifier in words.</param>
/// <param name="Details">A JSON object; its keys depend on the identifier.</param>
public sealed record OperationError(string ErrorId, string Message, JsonElement Details);
