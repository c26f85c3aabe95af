using System.Text.Json;

namespace WazoPlugind.Operations.Records;

/// <summary>Why an operation failed.</summary>
/// <param name="ErrorId">A stable identifier, for example <c>install-error</c>.</param>
/// <param name="Message">The identifier in words.</param>
/// <param name="Details">A JSON object with the keys that the recorded events have for the identifier, and no others: clients compare the whole of it.</param>
/// <param name="Failure">What else is worth knowing, as a JSON object: <c>{"reason", "exit_code"?, "output"?, "dependencies"? or "updates"?}</c>.</param>
public sealed record OperationError(string ErrorId, string Message, JsonElement Details, JsonElement Failure);
