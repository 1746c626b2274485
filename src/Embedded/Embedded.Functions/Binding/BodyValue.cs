using Azure.Core.Serialization;
using Microsoft.Azure.Functions.Worker.Http;

namespace Embedded.Functions.Binding;

internal static class BodyValue
{
    /// <summary>The buffered body as a value. The stream stands at its start again afterwards, for the function's own reading.</summary>
    public static object? ReadBody(this HttpRequestData request, ObjectSerializer serializer, Type type)
    {
        try
        {
            if (type == typeof(string))
            {
                return request.ReadAsString();
            }

            return request.Body.Length == 0 ? null : serializer.Deserialize(request.Body, type, request.FunctionContext.CancellationToken);
        }
        finally
        {
            request.Body.Position = 0;
        }
    }
}
